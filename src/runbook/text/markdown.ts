/** Text of others in a Markdown document: it is read, never obeyed. */

/** Every sign that could begin something in Markdown, and line ends, which would end a list or a table. An address stays one. */
export function escapeMarkdown(text: string): string {
  return text
    .replace(/[\r\n]+/g, ' ')
    .split(/(https?:\/\/[^\s<>|`\\"()[\]]*[^\s<>|`\\"()[\].,;:!?])/)
    .map((part, index) => (index % 2 === 1 && SIGNS.test(part) ? `<${part}>` : part.replace(SIGN, '\\$&')))
    .join('');
}

const SIGN = /[\\`*_[\]<>|#~]/g;
const SIGNS = /[\\`*_[\]<>|#~]/;

/** Lines as they came, in a fence that none of them can end. */
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
