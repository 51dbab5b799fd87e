/** Finds passwords in one-letter options of command lines. The program decides which option that is. */
import { matchAt, readValue } from './read-value.ts';
import { type Finder, isMark, type Span } from './span.ts';

interface Program {
  readonly names: RegExp;
  /** Matches the option, and a space after it if one is allowed. */
  readonly option: RegExp;
  /** True when the value is `user:password`: only the part after the colon is the secret. */
  readonly isPair?: boolean;
}

const PROGRAMS: readonly Program[] = [
  { names: /\b(?:mysql(?:dump|admin|import)?|mariadb(?:-dump|-admin)?)\b/g, option: /\s-p(?=[^\s-])/g },
  {
    names: /\b(?:sshpass|docker login|podman login|sqlcmd|mongo(?:sh|dump|restore)?)\b/g,
    option: /\s-[pP]\s{0,2}(?=[^\s-])/g,
  },
  { names: /\b(?:redis-cli)\b/g, option: /\s-a\s{1,2}(?=[^\s-])/g },
  { names: /\b(?:ldapsearch|ldapmodify)\b/g, option: /\s-w\s{1,2}(?=[^\s-])/g },
  { names: /\b(?:curl|wget|http|https)\b/g, option: /\s(?:-u\s{0,2}|--user[ =])(?=[^\s-])/g, isPair: true },
];

/** A program's options are close to its name. */
const REACH = 400;

export const findOnCommandLines: Finder = (line) => {
  const spans: Span[] = [];
  for (const { names, option, isPair = false } of PROGRAMS) {
    names.lastIndex = 0;
    let until = 0;
    for (let found = names.exec(line); found; found = names.exec(line)) {
      if (found.index < until) continue;
      until = found.index + REACH;
      option.lastIndex = found.index;
      for (let at = option.exec(line); at && at.index < until; at = option.exec(line)) {
        const span = secretAt(line, option.lastIndex, isPair);
        if (span) spans.push(span);
      }
    }
  }
  for (const { 0: words, index } of line.matchAll(STATEMENT)) {
    const span = secretAt(line, index + words.length, false);
    if (span) spans.push(span);
  }
  return spans;
};

/** Matches `IDENTIFIED BY 'password'`. Alembic uses the same words for a revision that it cannot locate. */
const STATEMENT =
  /(?<!\brevision\s{1,3})\bidentified\s{1,3}(?:with\s{1,3}[\w"']{1,60}\s{1,3})?by\s{1,3}(?:password\s{1,3})?(?=["'])/gi;

const USER = /[^\s:"']{0,100}:/y;

function secretAt(line: string, at: number, isPair: boolean): Span | null {
  const value = readValue(line, at, line.length);
  const from = isPair ? value.from + matchAt(USER, line, value.from).length : value.from;
  const text = line.slice(from, value.to);
  if ((isPair && from === value.from) || text === '' || isMark(text) || /^[\d:]+$/.test(text)) return null;
  return { from, to: value.to, mark: '[redacted:value]' };
}
