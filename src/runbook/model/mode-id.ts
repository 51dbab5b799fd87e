/** The failure modes of the runbook, in its order. Cards, JSON and incidents refer to them by these letters. */
export const MODE_IDS = ['A', 'B', 'C', 'D', 'E'] as const;
export type ModeId = (typeof MODE_IDS)[number];
