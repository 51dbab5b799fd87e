/**
 * Parses `snooze prod 2h` and `snooze prod off`. A snooze always ends, after a day at most, so that nobody forgets it.
 */
import { LONGEST_SNOOZE_MS } from '../model/incident.ts';
import { parseDuration } from '../text/duration.ts';
import { type TargetDefinition, wrong } from './grammar.ts';
import { clip } from './typed-text.ts';

export const SNOOZE: TargetDefinition = {
  grammar: 'target',
  more: 'duration',
  needs: 'a duration: say `30m`, `2h` or `1h30m`',
  help: 'no pages for that long (24 h at most), unless it gets worse; off ends it',
  parse({ target, rest }) {
    const typed = rest.join(' ');
    if (/^(off|end)$/i.test(typed)) return { kind: 'snooze', target, forMs: null };
    const forMs = parseDuration(typed);
    if (forMs === null)
      return wrong(`"${clip(typed)}" is not a duration. Use \`30m\`, \`2h\`, \`1h30m\` or \`off\`.`);
    if (forMs > LONGEST_SNOOZE_MS) return wrong('A snooze lasts 24 h at most: say `12h`.');
    return { kind: 'snooze', target, forMs };
  },
};
