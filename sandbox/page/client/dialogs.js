/** The two dialogs: a button's confirmation, and the bot's modal. */
import { escapeHtml } from '../escape.ts';
import { mrkdwnHtml, plainHtml } from '../mrkdwn.ts';
import { renderBlocks } from '../render.ts';

const confirmBox = document.querySelector('#confirm');
const modalBox = document.querySelector('#modal');

/** Shows a button's `confirm` object. Resolves with whether the person confirmed. */
export function askConfirmation(confirm, reader) {
  const text =
    confirm.text.type === 'mrkdwn' ? mrkdwnHtml(confirm.text.text, reader) : plainHtml(confirm.text.text);
  confirmBox.innerHTML = `<form method="dialog"><h3 id="confirm-title">${plainHtml(confirm.title.text)}</h3>
    <div>${text}</div><div class="row">
    <button class="button plain" value="no" autofocus>${plainHtml(confirm.deny.text)}</button>
    <button class="button ${confirm.style === 'danger' ? 'danger' : 'primary'}" value="yes">${plainHtml(confirm.confirm.text)}</button>
    </div></form>`;
  confirmBox.returnValue = 'no';
  confirmBox.showModal();
  return new Promise((resolve) => {
    confirmBox.addEventListener('close', () => resolve(confirmBox.returnValue === 'yes'), { once: true });
  });
}

/** Shows the topmost modal, or hides the dialog if there is none. `submit(values)` returns errors by block id. */
export function showModal(view, reader, submit, close) {
  const shown = view ? `${view.id} ${view.hash}` : '';
  if (modalBox.dataset.shown === shown) return;
  modalBox.dataset.shown = shown;
  if (!view) return modalBox.close();
  const send = view.submit
    ? `<button class="button primary" type="submit">${plainHtml(view.submit.text)}</button>`
    : '';
  modalBox.innerHTML = `<form><h3 id="modal-title">${plainHtml(view.title?.text ?? '')}</h3>
    ${renderBlocks(view.blocks, reader)}<p class="error" role="alert"></p>
    <div class="row"><button class="button plain" type="button">${plainHtml(view.close?.text ?? 'Cancel')}</button>${send}</div></form>`;
  const form = modalBox.querySelector('form');
  form.querySelector('button[type=button]').addEventListener('click', close);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const errors = await submit(valuesOf(form));
    form.querySelector('.error').innerHTML = Object.values(errors).map(escapeHtml).join('<br>');
  });
  if (!modalBox.open) modalBox.showModal();
}

modalBox.addEventListener('cancel', (event) => {
  event.preventDefault();
  modalBox.querySelector('button[type=button]')?.click();
});

/** Returns what was typed, by block id and action id. Empty fields are left out. */
function valuesOf(form) {
  const values = {};
  for (const [name, value] of new FormData(form)) {
    const [block, action] = name.split('|');
    if (value !== '') values[block] = { ...values[block], [action]: value };
  }
  return values;
}
