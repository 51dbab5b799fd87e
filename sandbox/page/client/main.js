/** The page: fetches what changed, draws it, and sends what the person does. */
import { renderChannel } from '../render-message.ts';
import { read, send } from './api.js';
import { askConfirmation, showModal } from './dialogs.js';
import { whereIs } from './links.js';
import {
  appsHtml,
  channelsHtml,
  environmentsHtml,
  expectHtml,
  homeHtml,
  optionsHtml,
  peopleHtml,
  personNote,
  runsHtml,
  scenariosHtml,
} from './panels.js';

const CHIPS = [
  '/raxx diagnose prod',
  '/raxx status',
  '/raxx help',
  '/raxx logs prod',
  '/raxx stop prod it burns',
  '/raxx deploy prod',
  '/raxx rollback prod',
  '/raxx history',
];
/** A run advances by itself, without an event, so the page polls while one is active. */
const LOOK_AGAIN_MS = 1000;
const at = (id) => document.getElementById(id);
const timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

let state;
let messages = [];
let channel;
let wanted = false;
let drawing = false;
let lookAgain;
const readUpTo = new Map();
/** The id of the Home tab in the list of channels. */
const HOME = 'home';
/** Threads that the person has closed. */
const folded = new Set();

/** Runs one fetch at a time. Changes that arrive meanwhile are fetched right afterwards. */
async function refresh() {
  wanted = true;
  if (drawing) return;
  drawing = true;
  try {
    while (wanted) {
      wanted = false;
      [state, messages] = await Promise.all([read('/api/state'), read('/api/messages')]);
      draw();
    }
    showProblem('');
  } catch (error) {
    showProblem(`The sandbox does not respond (${error.message}). Is it still running in the terminal?`);
  } finally {
    drawing = false;
  }
}

function reader() {
  return { ...state.workspace, userId: at('person').value, now: Date.now(), timeZone };
}

function visibleChannels() {
  const me = at('person').value;
  const channels = state.workspace.channels
    .filter((one) => one.members.includes(me))
    .map((one) => ({
      ...one,
      label: one.kind === 'im' ? 'raxx (direct)' : `${one.kind === 'private' ? '🔒' : '#'} ${one.name}`,
    }));
  return [...channels, { id: HOME, label: 'raxx (Home)', members: [state.workspace.botUserId] }];
}

function draw() {
  set(at('person'), peopleHtml(state.workspace.people.filter((one) => one.kind !== 'bot')));
  set(at('scenario'), scenariosHtml(state.scenarios, state.groups));
  at('scenario').value = state.scenario.id;
  const me = state.workspace.people.find((one) => one.id === at('person').value);
  at('person-note').textContent = personNote(me);
  const channels = visibleChannels();
  at('composer').hidden = channel === HOME;
  if (!channels.some((one) => one.id === channel)) channel = channels[0]?.id;
  const current = channels.find((one) => one.id === channel);
  at('channel-title').textContent = current?.label ?? '';
  at('channel-note').textContent = current?.members.includes(state.workspace.botUserId)
    ? ''
    : 'The bot is not in this channel: it can answer only through the response_url.';
  at('bot').textContent = state.bot.words;
  at('bot').className = `bot-state ${state.bot.state}`;
  at('story').textContent = state.scenario.story;
  set(at('expect'), expectHtml(state.scenario.expect));
  set(at('apps'), appsHtml(state.apps));
  drawGitHub();
  drawMessages();
  set(at('channels'), channelsHtml(channels, channel, unread(channels)));
  const view = state.modals.filter((one) => one.user === me?.id).at(-1);
  showModal(view, reader(), submitModal, () => act(send('/api/close', { user: me.id })));
}

function drawGitHub() {
  const { runs, branches, people, environments } = state.github;
  set(at('runs'), runsHtml(runs));
  set(
    at('branches'),
    optionsHtml(branches.map(({ name, tip }) => ({ value: name, words: `${name} (at ${tip})` }))),
  );
  set(at('authors'), optionsHtml(people.map((value) => ({ value }))));
  set(at('environments'), environmentsHtml(environments));
  const waiting = runs.filter(({ reviewers }) => reviewers.length > 0);
  const words = waiting.map(({ id, reviewers }) => `Run ${id} waits for ${reviewers.join(' or ')}.`);
  if (at('waiting').textContent !== words.join(' ')) at('waiting').textContent = words.join(' ');
  clearTimeout(lookAgain);
  const isMoving =
    runs.some(({ isOver }) => !isOver) || state.apps.some(({ dynos }) => / (starting|down)/.test(dynos));
  if (isMoving) lookAgain = setTimeout(refresh, LOOK_AGAIN_MS);
}

function drawMessages() {
  const box = at('messages');
  const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 80;
  if (channel === HOME) {
    const view = state.homes.find(({ user }) => user === at('person').value);
    set(box, homeHtml(view, reader()));
    return;
  }
  const html = renderChannel(messages, channel, reader(), state.workspace, folded);
  const changed = set(box, html || '<p class="empty">Nothing here yet. Try one of the commands below.</p>');
  if (changed && atEnd) showNewest(box);
  readUpTo.set(channel, messages.at(-1)?.ts ?? '');
}

/** A card that is taller than the pane is shown from its top, where the important part is. */
function showNewest(box) {
  const last = box.querySelector(':scope > .message:last-of-type');
  box.scrollTop = box.scrollHeight;
  if (last && last.offsetHeight > box.clientHeight) last.scrollIntoView({ block: 'start' });
}

function unread(channels) {
  const me = at('person').value;
  const seen = (one) => one.onlyFor === undefined || one.onlyFor === me;
  return new Set(
    channels
      .map(({ id }) => id)
      .filter((id) =>
        messages.some(
          (one) => one.channel === id && seen(one) && Number(one.ts) > Number(readUpTo.get(id) ?? 0),
        ),
      ),
  );
}

/** Draws only what changed, so that focus and choices stay. */
function set(element, html) {
  if (element.drawn === html) return false;
  const chosen = element.value;
  const focused = element.contains(document.activeElement) ? keysOf(document.activeElement) : [];
  element.innerHTML = html;
  element.drawn = html;
  if (chosen) element.value = chosen;
  const again = focused.map((key) => element.querySelector(key)).find((found) => found !== null);
  again?.focus({ preventScroll: true });
  return true;
}

/** Returns selectors that find the same element after a redraw, or its message if the button is gone. */
function keysOf(focused) {
  const { key, action } = focused.dataset;
  const ts = focused.closest('[data-ts]')?.dataset.ts;
  const message = ts === undefined ? undefined : `[data-ts="${CSS.escape(ts)}"]`;
  return [
    key && `[data-key="${CSS.escape(key)}"]`,
    message && action && `${message} [data-action="${CSS.escape(action)}"]`,
    message,
  ].filter(Boolean);
}

function showProblem(words) {
  at('problem').textContent = words;
  at('problem').hidden = words === '';
}

async function act(promise) {
  try {
    const { ack } = await promise;
    if (ack) at('ack').textContent = `The bot responded with ${ack.status ?? 'nothing'} after ${ack.ms} ms.`;
    return ack;
  } catch (error) {
    at('ack').textContent = `Not sent: ${error.message}.`;
    return undefined;
  }
}

/** Does something outside Slack. `words` converts the response to the text that is shown. */
async function outside(promise, words) {
  try {
    at('outside').textContent = words(await promise);
  } catch (error) {
    at('outside').textContent = `Not done: ${error.message}.`;
  }
}

/** Returns false if it is not on this page. */
function goTo({ channel: where, ts, run }) {
  if (where) {
    channel = where;
    draw();
  }
  const found = run ? at(`run-${run}`) : document.querySelector(`[data-ts="${CSS.escape(ts ?? '')}"]`);
  found?.scrollIntoView({ block: 'center' });
  found?.focus({ preventScroll: true });
  return Boolean(found);
}

async function submitModal(values) {
  const ack = await act(send('/api/submit', { user: at('person').value, values }));
  if (!ack) return { sandbox: at('ack').textContent };
  if (ack.failure) return { slack: 'We had some trouble connecting. Try again?' };
  try {
    return JSON.parse(ack.body).errors ?? {};
  } catch {
    return {};
  }
}

/** Slack notifies the app, which then publishes the tab. */
function openHome() {
  void act(send('/api/home', { user: at('person').value }));
}

async function choose(element) {
  const { ts, channel: where } = element.closest('[data-ts]').dataset;
  element.closest('details').open = false;
  const { shortcut: callbackId } = element.dataset;
  await act(send('/api/shortcut', { channel: where, ts, callbackId, user: at('person').value }));
}

async function press(element, value) {
  const { action, block, confirm, url } = element.dataset;
  const { ts, channel: where } = element.closest('[data-ts]').dataset;
  // A disabled button would lose the focus, so check the busy state instead.
  if (element.ariaBusy === 'true') return;
  if (confirm && !(await askConfirmation(JSON.parse(confirm), reader()))) return;
  if (url && /^https?:/.test(url)) window.open(url, '_blank', 'noopener');
  element.ariaBusy = 'true';
  await act(
    send('/api/click', {
      channel: where,
      ts,
      actionId: action,
      blockId: block,
      user: at('person').value,
      ...(value ? { value } : {}),
    }),
  );
  element.ariaBusy = 'false';
  // The same option can be chosen again.
  if (value) element.value = '';
}

at('messages').addEventListener('click', (event) => {
  const button = event.target.closest('button[data-action]');
  if (button) press(button);
  const shortcut = event.target.closest('button[data-shortcut]');
  if (shortcut) choose(shortcut);
  const place = whereIs(event.target.closest('a')?.href ?? '');
  if (!place || !goTo(place)) return;
  event.preventDefault();
});
// `toggle` does not bubble.
at('messages').addEventListener(
  'toggle',
  ({ target }) => {
    if (target.open) folded.delete(target.dataset.thread);
    else folded.add(target.dataset.thread);
  },
  true,
);
at('runs').addEventListener('submit', (event) => {
  event.preventDefault();
  const { by, comment } = Object.fromEntries(new FormData(event.target));
  const run = Number(event.target.dataset.run);
  const words = comment === '' ? {} : { comment };
  void outside(
    send('/api/review', { run, state: event.submitter.value, by, ...words }),
    () => `Run ${run} is ${event.submitter.value} by ${by}.`,
  );
});
at('push').addEventListener('submit', (event) => {
  event.preventDefault();
  const { title, author, branch } = Object.fromEntries(new FormData(event.target));
  void outside(
    send('/api/push', { title, author, branch }),
    ({ sha }) => `${branch} is now at ${sha.slice(0, 8)}.`,
  );
});
at('messages').addEventListener('change', (event) => {
  const menu = event.target.closest('select[data-action]');
  if (menu?.value) press(menu, menu.value);
});
at('channels').addEventListener('click', (event) => {
  channel = event.target.closest('button')?.dataset.channel ?? channel;
  if (channel === HOME) openHome();
  draw();
  at('messages').scrollTop = at('messages').scrollHeight;
});
at('person').addEventListener('change', () => {
  if (channel === HOME) openHome();
  draw();
});
at('scenario').addEventListener('change', () => act(send('/api/scenario', { id: at('scenario').value })));
at('again').addEventListener('click', () => act(send('/api/scenario', { id: state.scenario.id })));
/** The typed commands, oldest first, and the current position of the arrow keys in them. */
const typed = [];
let recalled = 0;
at('text').addEventListener('keydown', (event) => {
  const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (step === undefined || typed.length === 0) return;
  event.preventDefault();
  recalled = Math.min(Math.max(recalled + step, 0), typed.length);
  at('text').value = typed[recalled] ?? '';
});
at('composer').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = at('text').value;
  if (typed.at(-1) !== text) typed.push(text);
  recalled = typed.length;
  at('text').value = '';
  at('ack').textContent = 'Sending…';
  at('messages').scrollTop = at('messages').scrollHeight;
  const ack = await act(send('/api/command', { text, user: at('person').value, channel }));
  if (!ack && at('ack').textContent === 'Sending…') at('ack').textContent = 'Sent.';
});
for (const text of CHIPS) {
  const chip = document.createElement('button');
  chip.type = 'button';
  chip.textContent = text;
  chip.addEventListener('click', () => {
    at('text').value = text;
    at('composer').requestSubmit();
  });
  at('chips').append(chip);
}

const events = new EventSource('/api/events');
events.addEventListener('change', refresh);
events.addEventListener('error', () =>
  showProblem('The sandbox does not respond. Is it still running in the terminal?'),
);
events.addEventListener('open', refresh);
