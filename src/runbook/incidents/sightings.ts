/** Defines when a sighting counts. */

/**
 * An observation counts when two looks this far apart have made it (a proof needs no second look), and has ended when
 * two such looks no longer make it. Webhooks cause several looks within a second, which count as one sighting.
 */
export const SIGHTINGS_APART_MS = 30_000;
