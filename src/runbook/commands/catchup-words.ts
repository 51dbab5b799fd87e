/**
 * Parses `catchup`, `catchup prod` and `catchup 2d staging`. The target and the time may come in either order, and both
 * are optional.
 */
import type { Target } from '../model/runbook-config.ts';
import { parseDuration } from '../text/duration.ts';
import { type FreeDefinition, names, unknownTarget, wrong } from './grammar.ts';
import { namedTarget } from './named-target.ts';
import { clip } from './typed-text.ts';

const HOUR_MS = 3_600_000;
/** The default covers the previous night. */
const USUAL_MS = 8 * HOUR_MS;
const LONGEST_MS = 7 * 24 * HOUR_MS;

export const CATCHUP: FreeDefinition = {
  grammar: 'free',
  usage: '[target] [8h]',
  help: 'what happened in the last few hours, in at most twelve lines, if you just joined; only you see it',
  parse(typed) {
    const { after, targets } = typed;
    const named = after.map((one) => namedTarget(one, targets));
    const several = named.find((one) => one.kind === 'several');
    if (several?.kind === 'several') return wrong(`Which one: ${names(several.targets)}?`);
    const found: readonly Target[] = [
      ...new Set(named.flatMap((one) => (one.kind === 'one' ? [one.target] : []))),
    ];
    if (found.length > 1) return wrong(`Which one: ${names(found)}?`);
    const [target = null] = found;
    const others = after.filter((_one, index) => named[index]?.kind === 'none');
    if (others.length === 0) return { kind: 'catchup', target, forMs: USUAL_MS };
    const time = others.join(' ');
    const forMs = parseDuration(/^\d+$/.test(time) ? `${time}h` : time);
    if (forMs === null)
      return target === null && !/^\d/.test(time)
        ? unknownTarget('catchup', false, typed)
        : wrong(`"${clip(time)}" is not a duration. Use \`8h\` or \`2d\`.`);
    if (forMs > LONGEST_MS) return wrong('I look back a week at most: say `7d`.');
    return { kind: 'catchup', target, forMs };
  },
};
