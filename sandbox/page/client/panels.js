/** What stands around the conversation: channels, people, the scenario, what Heroku has. */
import { escapeHtml } from '../escape.ts';

const KINDS = {
  member: 'A full member of the workspace.',
  guest: 'A guest: may neither read nor click.',
  stranger: 'From another workspace, here through a shared channel.',
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
    .map(({ name, formation, dynos }) =>
      listHtml([
        ['App', name],
        ['Formation', formation || 'empty'],
        ['Dynos', dynos || 'none'],
      ]),
    )
    .join('<hr class="block">');
}

function listHtml(rows) {
  const items = rows.map(([name, value]) => `<dt>${escapeHtml(name)}</dt><dd>${escapeHtml(value)}</dd>`);
  return `<dl>${items.join('')}</dl>`;
}
