/**
 * Renders charts as HTML: bars for every chart with axes, a list for a pie. Sizes are attributes, because the page
 * allows no inline styles.
 */
import type { Chart } from '../slack/blocks/newer.ts';
import { plainHtml } from './mrkdwn.ts';

const HEIGHT = 84;
const SLOT = 24;
/** Space for the value above a bar and for the label below it. */
const ABOVE = 12;
const BELOW = 14;

export function chartHtml(title: string, chart: Chart): string {
  const body = chart.type === 'pie' ? pieHtml(chart) : axesHtml(chart);
  return `<figure class="block chart" tabindex="0"><figcaption>${plainHtml(title, false)}</figcaption>${body}</figure>`;
}

function pieHtml({ segments }: Extract<Chart, { type: 'pie' }>): string {
  const items = segments.map(({ label, value }) => `<li>${plainHtml(label, false)}: ${value}</li>`);
  return `<ul class="plain">${items.join('')}</ul>`;
}

function axesHtml({ series, axis_config: axis }: Exclude<Chart, { type: 'pie' }>): string {
  const values = series.flatMap(({ data }) => data.map(({ value }) => value));
  const highest = Math.max(...values, 0) || 1;
  const width = (SLOT * axis.categories.length).toString();
  const bars = axis.categories.flatMap((category, slot) =>
    series.map(({ data }, index) => {
      const value = data.find(({ label }) => label === category)?.value ?? 0;
      return barSvg({ slot, index, of: series.length, value, height: (HEIGHT * value) / highest });
    }),
  );
  const labels = axis.categories.map(
    (category, slot) =>
      `<text x="${SLOT * (slot + 0.5)}" y="${ABOVE + HEIGHT + 11}" text-anchor="middle">${plainHtml(category, false)}</text>`,
  );
  const names = series.length > 1 ? series.map(({ name }) => plainHtml(name, false)).join(' · ') : '';
  const axes = [axis.y_label, axis.x_label]
    .filter((one) => one !== undefined)
    .map((one) => plainHtml(one, false));
  return `<svg viewBox="0 0 ${width} ${ABOVE + HEIGHT + BELOW}" width="${width}" height="${ABOVE + HEIGHT + BELOW}" role="img" aria-label="${plainHtml(values.join(', '), false)}">${bars.join('')}${labels.join('')}</svg><small>${[names, ...axes].filter((one) => one !== '').join(' · ')}</small>`;
}

interface Bar {
  readonly slot: number;
  /** The index of its series, and the number of series. */
  readonly index: number;
  readonly of: number;
  readonly value: number;
  readonly height: number;
}

function barSvg({ slot, index, of, value, height }: Bar): string {
  const width = (SLOT - 4) / of;
  const x = SLOT * slot + 2 + width * index;
  const top = ABOVE + HEIGHT - height;
  const bar = `<rect class="series-${index}" x="${x}" y="${top.toFixed(1)}" width="${width}" height="${height.toFixed(1)}"></rect>`;
  return `${bar}<text x="${x + width / 2}" y="${(top - 3).toFixed(1)}" text-anchor="middle">${value}</text>`;
}
