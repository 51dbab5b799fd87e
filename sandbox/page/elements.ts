/** Renders buttons, menus, inputs, and images as HTML. `data-` attributes hold what a click needs. */
import type { Accessory, ActionElement, InputElement } from '../slack/blocks/elements.ts';
import type { Option } from '../slack/blocks/objects.ts';
import { escapeHtml, linkHtml } from './escape.ts';
import { plainHtml } from './mrkdwn.ts';

/** `failed` is the action whose click the bot did not accept. It gets Slack's warning sign. */
export function actionHtml(element: ActionElement, blockId: string, failed: string | undefined): string {
  const data = [
    `data-action="${escapeHtml(element.action_id ?? '')}"`,
    `data-block="${escapeHtml(blockId)}"`,
    ...(element.confirm ? [`data-confirm="${escapeHtml(JSON.stringify(element.confirm))}"`] : []),
  ];
  const warning =
    failed !== undefined && failed === element.action_id
      ? '<span class="failed" role="img" aria-label="The app did not accept this click" title="The app did not accept this click">⚠️</span>'
      : '';
  switch (element.type) {
    case 'button': {
      if (element.url !== undefined) data.push(`data-url="${escapeHtml(element.url)}"`);
      if (element.value !== undefined) data.push(`data-value="${escapeHtml(element.value)}"`);
      const label = element.accessibility_label ?? element.text.text;
      const look = element.style ?? 'plain';
      return `<button type="button" class="button ${look}" aria-label="${escapeHtml(label)}" ${data.join(' ')}>${plainHtml(element.text.text)}</button>${warning}`;
    }
    case 'static_select':
      return `${menuHtml(element.options, element.placeholder?.text ?? 'Choose…', data.join(' '))}${warning}`;
    case 'overflow':
      return `${menuHtml(element.options, '⋯', `aria-label="More actions" ${data.join(' ')}`, 'menu overflow')}${warning}`;
  }
}

export function accessoryHtml(element: Accessory, blockId: string, failed: string | undefined): string {
  return element.type === 'image'
    ? imageHtml(element.image_url, element.alt_text)
    : actionHtml(element, blockId, failed);
}

/** Nothing is loaded from outside, so an image is shown as its description, with a link. */
export function imageHtml(url: string, altText: string): string {
  return `<span class="image">🖼️ ${linkHtml(url, escapeHtml(altText))}</span>`;
}

/** Renders an input of a dialog. Its name is `block id|action id`. */
export function inputHtml(element: InputElement, blockId: string): string {
  const name = `name="${escapeHtml(`${blockId}|${element.action_id ?? ''}`)}"`;
  if (element.type === 'static_select') return menuHtml(element.options, 'Choose…', name);
  const placeholder = `placeholder="${escapeHtml(element.placeholder?.text ?? '')}"`;
  const initial = escapeHtml(element.initial_value ?? '');
  return element.multiline
    ? `<textarea ${name} ${placeholder} rows="4">${initial}</textarea>`
    : `<input type="text" ${name} ${placeholder} value="${initial}" autocomplete="off">`;
}

function menuHtml(
  options: readonly Option[],
  placeholder: string,
  attributes: string,
  look = 'menu',
): string {
  const items = options.map(
    (one) => `<option value="${escapeHtml(one.value)}">${escapeHtml(one.text.text)}</option>`,
  );
  return `<select class="${look}" ${attributes}><option value="">${escapeHtml(placeholder)}</option>${items.join('')}</select>`;
}
