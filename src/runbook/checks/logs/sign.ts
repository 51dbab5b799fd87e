/** One thing that the log shows, and how bad it is. */
import type { Judgement } from '../../model/terms.ts';

export type Sign = Pick<Judgement, 'status' | 'summary' | 'fault'>;
