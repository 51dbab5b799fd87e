/**
 * Renders Slack's mrkdwn as HTML. Everything is escaped first,
 * and finished pieces are replaced with markers until the end.
 */
import { formatDate } from './dates.ts';
import { emojiHtml } from './emoji.ts';
import { escapeHtml, linkHtml } from './escape.ts';
import { broadcastHtml, channelHtml, groupHtml, personHtml, type Reader } from './mentions.ts';

/** Two private-use code points. They are removed from the text first, so that no text can forge a marker. */
const OPEN = '\uE000';
const CLOSE = '\uE001';

/** `verbatim` turns off the automatic detection of links and `@everyone`. */
export function mrkdwnHtml(source: string, reader: Reader, verbatim = false): string {
  const pieces: string[] = [];
  const keep = (html: string) => `${OPEN}${pieces.push(html) - 1}${CLOSE}`;

  const marked = source
    .replace(/[\uE000\uE001]/g, '')
    .replace(/```\n?([\s\S]+?)\n?```/g, (_, code: string) => keep(`<pre>${codeHtml(code)}</pre>`))
    .replace(/`([^`\n]+)`/g, (_, code: string) => keep(`<code>${codeHtml(code)}</code>`))
    .replace(/<([^<>\n]+)>/g, (_, entity: string) => keep(entityHtml(entity, reader)))
    .replace(/(?<![\w&])https?:\/\/[^\s<>|\uE000]*[^\s<>|\uE000.,;:!?)]/g, (found) =>
      verbatim ? found : keep(linkHtml(unescapeSlack(found), codeHtml(found))),
    )
    .replace(/(?<![\w])@(here|channel|everyone)\b/g, (found, range: string) =>
      verbatim ? found : keep(broadcastHtml(range)),
    )
    .replace(/:([a-z0-9_+-]+):/g, (_, name: string) => keep(emojiHtml(name)));

  const html = escapeHtml(unescapeSlack(marked))
    .split('\n')
    .map(lineHtml)
    .join('<br>')
    .replaceAll('</blockquote><br>', '</blockquote>');
  return restore(html, pieces);
}

/** Renders `plain_text`: no markup, emoji only. */
export function plainHtml(source: string, emoji = true): string {
  const html = escapeHtml(source).replaceAll('\n', '<br>');
  return emoji ? html.replace(/:([a-z0-9_+-]+):/g, (_, name: string) => emojiHtml(name)) : html;
}

function lineHtml(line: string): string {
  const quoted = /^&gt; ?(.*)$/.exec(line);
  const styled = [
    ['*', 'b'],
    ['_', 'i'],
    ['~', 's'],
  ].reduce((html, [sign = '', tag = '']) => style(html, sign, tag), quoted?.[1] ?? line);
  return quoted ? `<blockquote>${styled}</blockquote>` : styled;
}

/** Markup works only at the edges of a word: `2 * 3 * 4` and `snake_case_name` stay unchanged. */
function style(html: string, sign: string, tag: string): string {
  const s = `\\${sign}`;
  const pattern = new RegExp(`(?<![\\w${s}])${s}(?=[^\\s${s}])([^${s}]*[^\\s${s}])${s}(?![\\w${s}])`, 'g');
  return html.replace(pattern, (_, inner: string) => `<${tag}>${inner}</${tag}>`);
}

function entityHtml(entity: string, reader: Reader): string {
  // A finished piece inside an attribute would be markup where none is allowed.
  if (entity.includes(OPEN)) return codeHtml(`<${entity}>`);
  const [head = '', ...rest] = entity.split('|');
  const label = rest.length > 0 ? codeHtml(rest.join('|')) : undefined;
  const date = /^!date\^(\d+)\^([^^]+)(?:\^(.+))?$/.exec(head);
  if (date) {
    const shown = escapeHtml(formatDate(Number(date[1]), unescapeSlack(date[2] ?? ''), reader));
    const time = `<time title="${label ?? ''}">${shown}</time>`;
    return date[3] === undefined ? time : linkHtml(unescapeSlack(date[3]), time);
  }
  if (/^@[UW]\w+$/.test(head)) return personHtml(head.slice(1), reader);
  if (/^#[CGD]\w+$/.test(head)) return channelHtml(head.slice(1), reader);
  if (/^!subteam\^S\w+$/.test(head)) return groupHtml(head.slice('!subteam^'.length), reader);
  if (/^!(here|channel|everyone)$/.test(head)) return broadcastHtml(head.slice(1));
  if (/^(https?:\/\/|mailto:)/.test(head)) return linkHtml(unescapeSlack(head), label ?? codeHtml(head));
  return codeHtml(`<${entity}>`);
}

/** Renders text without markup: undoes Slack's three escapes, and escapes for HTML. */
function codeHtml(text: string): string {
  return escapeHtml(unescapeSlack(text));
}

function unescapeSlack(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A piece may contain markers of pieces that were finished earlier. */
function restore(html: string, pieces: readonly string[]): string {
  const marker = /\uE000(\d+)\uE001/g;
  let restored = html;
  while (restored.includes(OPEN)) {
    restored = restored.replace(marker, (_, index: string) => pieces[Number(index)] ?? '');
  }
  return restored;
}
