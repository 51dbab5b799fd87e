/** Converts text to HTML. Everything that reaches the page goes through here first. */

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** The result is safe as content and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (found) => ENTITIES[found] ?? found);
}

/** Renders a link that opens in a new tab. A URL that is neither web nor mail is shown only as text. */
export function linkHtml(url: string, label: string): string {
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return label;
  return `<a href="${escapeHtml(url)}" target="_blank" rel="noopener noreferrer">${label}</a>`;
}
