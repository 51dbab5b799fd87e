/**
 * Declares what a check and a failure mode define, and how a check runs. Anything that cannot be read becomes `unknown`
 * here, for all checks.
 */
import type { Evidence, SourceName, Sources } from './evidence.ts';
import type { ModeId } from './mode-id.ts';
import type { Observed } from './observed.ts';
import type { CheckId, Finding, Judgement, Match, ModeWords, RunbookContext } from './terms.ts';

type SeenOf<K extends SourceName> = { readonly [P in K]: Sources[P] };

/**
 * The declaration of a check. A check gets only the sources that it names, so reading any other source does not
 * compile.
 */
export interface CheckSpec<Need extends SourceName, Want extends SourceName = never> {
  readonly id: CheckId;
  readonly step: number | null;
  readonly title: string;
  /** Instructions for checking by hand: the runbook's own command, and what to expect. The document prints both. */
  readonly byHand: { readonly command: string; readonly expect: string };
  /** Without these sources there is no judgment, and the finding is `unknown`. */
  readonly needs: readonly Need[];
  /** Sources that are helpful but not required, passed as `Observed`. */
  readonly wants?: readonly Want[];
  judge(seen: SeenOf<Need> & Pick<Evidence, Want>, context: RunbookContext): Judgement;
}

export interface Check {
  readonly id: CheckId;
  readonly step: number | null;
  readonly title: string;
  readonly byHand: { readonly command: string; readonly expect: string };
  readonly reads: readonly SourceName[];
  /** Never throws: a missing source, or an exception in `judge`, gives the finding `unknown`. */
  run(evidence: Evidence, context: RunbookContext): Finding;
}

/** Wraps `judge` so that missing sources and exceptions become `unknown`, and no check has to handle them. */
export function defineCheck<const Need extends SourceName, const Want extends SourceName = never>(
  spec: CheckSpec<Need, Want>,
): Check {
  const { id, step, title, byHand } = spec;
  return {
    id,
    step,
    title,
    byHand,
    reads: [...spec.needs, ...(spec.wants ?? [])],
    run(evidence, context) {
      const asFinding = (judgement: Judgement): Finding => ({
        id,
        step,
        title,
        details: [],
        error: null,
        fault: null,
        isBlind: false,
        about: null,
        ...judgement,
      });
      const seen: Partial<Record<SourceName, unknown>> = {};
      const missing = new Set<string>();
      for (const name of spec.needs) {
        const observed: Observed<unknown> = evidence[name];
        if (observed.ok) seen[name] = observed.value;
        else missing.add(observed.detail);
      }
      if (missing.size > 0) {
        return asFinding({
          status: 'unknown',
          summary: `Not seen: ${[...missing].join('; ')}`,
          isBlind: true,
        });
      }
      for (const name of spec.wants ?? []) seen[name] = evidence[name];
      try {
        // The loop above filled exactly the declared keys, which the compiler cannot follow.
        return asFinding(spec.judge(seen as unknown as SeenOf<Need> & Pick<Evidence, Want>, context));
      } catch (error) {
        const words = error instanceof Error ? error.message : String(error);
        return asFinding({ status: 'unknown', summary: `This check crashed: ${words}` });
      }
    },
  };
}

/**
 * A failure mode of the runbook. `match` gets all evidence, including what is missing, and the findings of the checks.
 */
export interface Mode {
  readonly id: ModeId;
  readonly words: ModeWords;
  /**
   * An incident of this mode ends only when these sources were read as well, besides the dynos, the formation and the
   * health URL.
   */
  readonly closesWhenSeen: readonly SourceName[];
  match(evidence: Evidence, findings: readonly Finding[], context: RunbookContext): readonly Match[];
}
