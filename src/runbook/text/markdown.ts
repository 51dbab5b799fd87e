/** Puts untrusted text into a Markdown document so that it is shown, never interpreted. */

/** Escapes all of Markdown's characters, and line ends, which would end a list or a table. A URL stays a link. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .split(/(https?:\/\/[^\s<>|`\\"()[\]]*[^\s<>|`\\"()[\].,;:!?])/)
    .map((part, index) => (index % 2 === 1 && SIGNS.test(part) ? `<${part}>` : part.replace(SIGN, '\\$&')))
    .join('');
}

const SIGN = /[\\`*_[\]<>|#~]/g;
const SIGNS = /[\\`*_[\]<>|#~]/;

/** Returns the lines unchanged, in a code fence that none of them can close. */
export function fenced(lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines
      .join('\n')
      .split(/[^`]+/)
      .map(({ length }) => length),
  );
  const fence = '`'.repeat(longest + 1);
  return [fence, ...lines, fence].join('\n');
}
