/** The draft of a post-mortem in the thread of its incident: as its source, to be copied; nothing in it is obeyed. */
import { cut } from '../../runbook/text/cut.ts';
import { bold, code, escapeText, line, type Message, plain, preformatted, richText } from './message.ts';

/** Slack refuses messages not far above. */
const LONGEST = 9_000;

/** `id`: the incident's. What is too long ends at a line end, and the terminal has the whole. */
export function postmortemView(id: string, markdown: string): Message {
  const short = id.slice(0, 8);
  const shown = headOf(markdown);
  const command = code(`npx raxx incident ${short} --markdown`);
  const whole =
    shown === markdown ? [plain('As a file: '), command] : [bold('Cut here. The whole: '), command];
  return {
    text: escapeText(`Post-mortem draft of incident ${short}.`),
    blocks: [
      richText(
        line(bold('Post-mortem draft'), plain(', as Markdown. Fill in what only you know.')),
        preformatted([shown.trimEnd()]),
        line(...whole),
      ),
    ],
  };
}

function headOf(markdown: string): string {
  const head = cut(markdown, LONGEST);
  const end = head.lastIndexOf('\n') + 1;
  return head === markdown || end === 0 ? head : head.slice(0, end);
}
