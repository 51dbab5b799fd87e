/** Failure mode B: the dynos crash or time out. Each current error code is one match. */

import { countDynos } from '../heroku/dyno-count.ts';
import { historyOf } from '../logs/history.ts';
import type { Mode } from '../model/check.ts';
import type { Evidence } from '../model/evidence.ts';
import type { Dyno } from '../model/heroku.ts';
import type { Match, RunbookContext } from '../model/terms.ts';
import { bootTimeout, memory, memoryOfOthers, requestTimeouts } from './crash-loop/codes.ts';
import { betweenCrashes, crash, crashOfOthers, dynoLine } from './crash-loop/crashes.ts';
import { WORDS } from './crash-loop/words.ts';

export const crashLoop: Mode = {
  id: 'B',
  words: WORDS,
  closesWhenSeen: ['logs', 'releases'],
  match(evidence, _findings, context) {
    const { processType } = context.target;
    const crashed = crashedDynos(evidence, context);
    const history = historyOf(evidence, context);
    if (!history.ok) return withoutLog(crashed, history.detail, context);
    // Without the releases, nothing shows which lines are from before the current one.
    const missing = evidence.releases.ok ? [] : [evidence.releases.detail];
    const matches = [
      ...bootTimeout(history.value, context),
      ...memory(history.value, processType),
      ...requestTimeouts(history.value, context),
    ];
    // A dyno that Heroku killed also causes the router's H10, so the kill is the cause.
    const killed = matches.filter(({ code }) => code === 'R10' || code === 'R15');
    if (!killed.some(({ confidence }) => confidence === 'likely')) {
      const ended = crash(history.value, crashed, evidence, context);
      matches.push(...ended.filter(({ code }) => code !== null || killed.length === 0));
    }
    if (matches.length === 0) matches.push(...betweenCrashes(history.value, evidence, context));
    const others = [
      ...memoryOfOthers(history.value, processType),
      ...crashOfOthers(history.value, evidence, context),
    ];
    return [...matches, ...others.map(withOwnVerification)].map((match) => withMissing(match, missing));
  },
};

function crashedDynos({ dynos, formation }: Evidence, { target }: RunbookContext): readonly Dyno[] {
  if (!dynos.ok) return [];
  const all = countDynos(dynos.value, formation.ok ? formation.value : [], target.processType);
  return all.dynos.filter(({ state }) => state === 'crashed');
}

function withoutLog(crashed: readonly Dyno[], detail: string, { now, target }: RunbookContext): Match[] {
  if (crashed.length === 0) return [];
  const evidence = crashed.map((one) => dynoLine(one, now));
  return [
    { code: null, confidence: 'possible', processType: target.processType, evidence, missing: [detail] },
  ];
}

/** Uses the runbook's verification for the process type that the match is about. */
function withOwnVerification(match: Match): Match {
  const verification = WORDS.verification.replace('<process_type>', match.processType ?? '<process_type>');
  return { ...match, words: { ...match.words, verification } };
}

function withMissing(match: Match, missing: readonly string[]): Match {
  if (missing.length === 0) return match;
  return { ...match, confidence: 'possible', missing: [...match.missing, ...missing] };
}
