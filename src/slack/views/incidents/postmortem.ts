/** The draft of a postmortem in the incident's thread, as Markdown source to copy. None of it is parsed as markup. */
import { cut } from '../../../runbook/text/cut.ts';
import {
  bold,
  code,
  escapeText,
  line,
  type Message,
  plain,
  preformatted,
  richText,
} from '../parts/message.ts';

/** Slack refuses messages that are much longer. */
const LONGEST = 9_000;

/** `id` is the incident's. A draft that is too long is cut at the end of a line; the terminal prints all of it. */
export function postmortemView(id: string, markdown: string): Message {
  const short = id.slice(0, 8);
  const shown = headOf(markdown);
  const command = code(`npx raxx incident ${short} --markdown`);
  const whole =
    shown === markdown ? [plain('As a file: '), command] : [bold('Truncated. Full draft: '), command];
  return {
    text: escapeText(`Postmortem draft of incident ${short}.`),
    blocks: [
      richText(
        line(bold('Postmortem draft'), plain(', as Markdown. Fill in what only you know.')),
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
