/** Terminal colors. There are none in a pipe, with NO_COLOR, or if the terminal does not support them. */
import picocolors from 'picocolors';

export type Paint = ReturnType<typeof picocolors.createColors>;

export const createPaint = (colour: boolean): Paint => picocolors.createColors(colour);
