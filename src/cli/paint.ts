/** Colours of the terminal: none in a pipe, with NO_COLOR, or where the terminal has none. */
import picocolors from 'picocolors';

export type Paint = ReturnType<typeof picocolors.createColors>;

export const createPaint = (colour: boolean): Paint => picocolors.createColors(colour);
