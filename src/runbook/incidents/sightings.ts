/** When a sighting counts. */

/**
 * Something counts when two looks this far apart have seen it (a proof needs no second look), and has ended when two have
 * not. Webhooks make several looks within a second: together they are one sighting.
 */
export const SIGHTINGS_APART_MS = 30_000;
