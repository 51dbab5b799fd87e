/** The panels around the conversation: channels, people, the scenario, Heroku, and GitHub. */
import { escapeHtml } from '../escape.ts';
import { renderBlocks } from '../render.ts';

const KINDS = {
  member: 'A full member of the workspace.',
  guest: 'A guest, who may neither read nor click.',
  stranger: 'From another workspace, in a shared channel.',
};

export function channelsHtml(channels, current, unread) {
  return channels
    .map(({ id, label }) => {
      const here = id === current ? 'aria-current="true"' : '';
      const mark = unread.has(id) ? ' <b aria-label="unread">•</b>' : '';
      return `<li><button type="button" data-channel="${escapeHtml(id)}" ${here}>${escapeHtml(label)}${mark}</button></li>`;
    })
    .join('');
}

/** Shows the Home tab that the app published for this person. `view` is undefined until it has. */
export function homeHtml(view, reader) {
  return view
    ? `<article class="home" aria-label="Home of raxx">${renderBlocks(view.blocks, reader)}</article>`
    : '<p class="empty">The app has published no Home tab for this person yet.</p>';
}

export function peopleHtml(people) {
  return people
    .map(
      (one) =>
        `<option value="${escapeHtml(one.id)}">${escapeHtml(one.realName)} · ${escapeHtml(one.email)}</option>`,
    )
    .join('');
}

export function personNote(person) {
  return KINDS[person?.kind] ?? '';
}

export function expectHtml({ verdict, exit, modes, steps }) {
  const rows = [
    ['Verdict', verdict],
    ['Modes', modes.join(', ') || 'none'],
    ...Object.entries(steps).map(([id, status]) => [id, status]),
    ['Exit status', String(exit)],
  ];
  return listHtml(rows);
}

export function appsHtml(apps) {
  return apps
    .map(({ name, formation, dynos, releases }) => {
      const items = releases.map((one) => `<li>${escapeHtml(one)}</li>`).join('');
      const list = listHtml([
        ['App', name],
        ['Formation', formation || 'empty'],
        ['Dynos', dynos || 'none'],
      ]);
      return `${list}<ul class="plain" aria-label="Releases of ${escapeHtml(name)}">${items}</ul>`;
    })
    .join('<hr class="block">');
}

const SIGNS = { success: '✓', failure: '✗', cancelled: '⊘', 'waits at the gate': '✋' };

/** Shows the runs of the deploy workflow. A run at the gate has the reviewer's buttons. */
export function runsHtml(runs) {
  return runs
    .map((run) => {
      const lines = [...run.jobs, ...run.reviews].map((one) => `<li>${escapeHtml(one)}</li>`).join('');
      return `<article class="run" id="run-${run.id}" tabindex="-1" aria-label="Run ${run.id}: ${escapeHtml(run.state)}">
        <h3>${SIGNS[run.state] ?? '…'} ${escapeHtml(run.state)} <small>${escapeHtml(run.title)} · run ${run.id}</small></h3>
        <p class="note">${escapeHtml(run.about)}</p>
        <ul class="plain">${lines}</ul>${run.reviewers.length > 0 ? reviewHtml(run) : ''}</article>`;
    })
    .join('');
}

function reviewHtml({ id, reviewers }) {
  const options = reviewers.map((login) => `<option>${escapeHtml(login)}</option>`).join('');
  const button = (state, label, look) =>
    `<button type="submit" class="button ${look}" value="${state}" data-key="${state}-${id}" aria-label="${label} run ${id}">${label}</button>`;
  return `<form class="review" data-run="${id}">
    <label>Review as <select name="by" data-key="by-${id}">${options}</select></label>
    <label>Comment <input name="comment" autocomplete="off" data-key="comment-${id}"></label>
    <div class="row">${button('approved', 'Approve', 'primary')}${button('rejected', 'Reject', 'plain')}</div></form>`;
}

/** Returns the options of a `<select>`, each with its label. */
export function optionsHtml(options) {
  return options
    .map(({ value, words = value }) => `<option value="${escapeHtml(value)}">${escapeHtml(words)}</option>`)
    .join('');
}

/** Returns the scenarios by group, in the order of `groups`. */
export function scenariosHtml(scenarios, groups) {
  return Object.entries(groups)
    .map(([id, name]) => {
      const own = scenarios.filter(({ group }) => group === id);
      const options = optionsHtml(own.map((one) => ({ value: one.id, words: one.title })));
      return own.length === 0 ? '' : `<optgroup label="${escapeHtml(name)}">${options}</optgroup>`;
    })
    .join('');
}

export function environmentsHtml(environments) {
  const items = environments.map((one) => `<li>${escapeHtml(one)}</li>`).join('');
  return `<ul class="plain" aria-label="Environments">${items}</ul>`;
}

function listHtml(rows) {
  const items = rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl>${items.join('')}</dl>`;
}
