/** Text of others in a Markdown document: it is read, never obeyed. */

/** Every sign that could begin something in Markdown, and line ends, which would end a list or a table. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\r\n]+/g, ' ').replace(/[\\`*_[\]<>|#~]/g, (sign) => `\\${sign}`);
}

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
