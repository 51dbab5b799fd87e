/** A sign is one thing that the log shows, with its severity. */
import type { Judgement } from '../../model/terms.ts';

export type Sign = Pick<Judgement, 'status' | 'summary' | 'fault'>;
