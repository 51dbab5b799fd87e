/** When what was seen counts as true. */

/**
 * Seen at two looks so far apart it is true (a hard proof needs no second look), and gone at two it is over. Webhooks
 * make several looks within a second: together they are one sighting.
 */
export const SIGHTINGS_APART_MS = 30_000;
