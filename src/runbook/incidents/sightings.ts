/** Defines when a sighting counts. */

/**
 * A failure counts when two looks this far apart have seen it (a proof needs no second look), and has ended when two
 * such looks have not. Webhooks cause several looks within a second, which count as one sighting.
 */
export const SIGHTINGS_APART_MS = 30_000;
