/** Adds to a match what the process wrote before it ended: the cause, and, when that is certain, the fix. */
import type { Boot } from '../../logs/boot.ts';
import type { Cause } from '../../logs/cause.ts';
import type { Match } from '../../model/terms.ts';
import { causeWords } from './cause-words.ts';

/** `boot`: the boot that ended last; undefined when the log shows none. */
export function withCause(match: Match, cause: Cause | null, boot?: Boot): Match {
  const exit = exitWords(boot);
  if (!cause) return { ...match, evidence: [...match.evidence, ...exit] };
  const words = causeWords(cause);
  return {
    ...match,
    causedBy: cause.kind,
    error: cause.error,
    evidence: [...cause.evidence, ...exit, ...match.evidence],
    words: {
      ...match.words,
      ...words,
      ...(words.fix ? { fix: [...words.fix, ...keptFix(match, cause)] } : {}),
    },
  };
}

function exitWords(boot: Boot | undefined): string[] {
  const status = boot?.end?.exitStatus ?? null;
  return status === null ? [] : [`The process exited with status ${status}`];
}

/** A longer timeout does not help a server that listens elsewhere. */
function keptFix({ words }: Match, { kind }: Cause): readonly string[] {
  return kind === 'address' ? [] : (words?.fix ?? []);
}
