/** Renders plans and their task cards as HTML, with an icon for each state, as in Slack's phone app. */
import type { Plan, TaskCard } from '../slack/blocks/newer.ts';
import type { Reader } from './mentions.ts';
import { plainHtml } from './mrkdwn.ts';
import { richTextHtml } from './rich-text.ts';

const STATES: Readonly<Record<TaskCard['status'], readonly [sign: string, words: string]>> = {
  pending: ['○', 'pending'],
  in_progress: ['◌', 'in progress'],
  complete: ['✓', 'complete'],
  error: ['✕', 'error'],
};

export function planHtml({ title, tasks }: Plan, reader: Reader): string {
  const items = tasks.map((task) => taskHtml(task, reader)).join('');
  return `<div class="block plan"><div class="title">${plainHtml(title)}</div><ul class="tasks">${items}</ul></div>`;
}

export function taskHtml({ title, status, details, output }: TaskCard, reader: Reader): string {
  const [sign, words] = STATES[status];
  const mark = `<span class="sign state-${status}" role="img" aria-label="${words}">${sign}</span>`;
  const more = [details, output]
    .filter((one) => one !== undefined)
    .map((one) => `<div class="more">${richTextHtml(one, reader)}</div>`);
  return `<li class="task">${mark}<div><div>${plainHtml(title)}</div>${more.join('')}</div></li>`;
}
