/** The requests of the last hour: as text for everyone, and as Slack's native charts where they are supported. */
import { type LastHour, type TrafficBin, withRequests } from '../../../runbook/logs/last-hour.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { formatDuration } from '../../../runbook/text/time.ts';
import { bold, type ChartBlock, line, type MessageBlock, preformatted, richText } from '../parts/message.ts';

const HOUR_MS = 3_600_000;
/** Minimum number of bars, because a single bar shows no trend. */
const LEAST_BARS = 2;

/** The moment from which the minutes of the bins are counted back. */
export interface CountedFrom {
  readonly at: Instant;
  /** The header of the column. */
  readonly column: string;
  /** The label of the axis. */
  readonly axis: string;
}

/** Empty if the log has no requests or covers less than five minutes. */
export function lastHourBlocks(hour: LastHour, now: Instant): MessageBlock[] {
  return requestBlocks(hour, { at: now, column: 'min ago', axis: 'Minutes ago' });
}

/** Empty if the log has no requests or covers less than five minutes. */
export function requestBlocks(hour: LastHour, from: CountedFrom): MessageBlock[] {
  if (withRequests(hour) === null) return [];
  const { bins } = hour;
  const table = [`${from.column}  requests  failed   median`, ...bins.map((bin) => row(bin, from))];
  return [
    richText(line(bold('Requests per 5 minutes')), preformatted(table)),
    ...chart('Failed requests per 5 minutes', 'Failed', bins, from, ({ failed }) => failed),
    ...chart('Median response time, ms', 'Median', bins, from, (bin) => bin.medianMs),
  ];
}

/**
 * Says how much of the hour the log covers:
 * `Last 35 min (the log goes back no further): 3 of 412 requests failed`.
 */
export function lastHourWords(hour: LastHour): string {
  const reach = shortReach(hour);
  const window = reach === null ? 'Last hour' : `Last ${reach} (${NO_FURTHER})`;
  return `${window}: ${failedWords(hour)}`;
}

/** The reason why the window is shorter than an hour. */
export const NO_FURTHER = 'the log goes back no further';

/** Returns how much of the hour the log covers: `35 min`. Null if it covers all of it. */
export function shortReach({ bins, coveredMs }: LastHour): string | null {
  if (coveredMs >= HOUR_MS) return null;
  const [first] = bins;
  const last = bins.at(-1);
  return formatDuration(first && last ? last.to - first.from : coveredMs);
}

/** Returns `3 of 412 requests failed`. */
export function failedWords({ bins }: LastHour): string {
  return `${sum(bins, (bin) => bin.failed)} of ${sum(bins, (bin) => bin.requests)} requests failed`;
}

function sum(bins: readonly TrafficBin[], of: (bin: TrafficBin) => number): number {
  return bins.reduce((total, bin) => total + of(bin), 0);
}

function row(bin: TrafficBin, { at, column }: CountedFrom): string {
  const { requests, failed, medianMs } = bin;
  const span = `${minutesBefore(at, bin.from)}–${minutesBefore(at, bin.to)}`;
  const median = medianMs === null ? '–' : `${medianMs} ms`;
  return `${span.padEnd(column.length)}  ${String(requests).padStart(8)}  ${String(failed).padStart(6)}  ${median.padStart(7)}`;
}

function minutesBefore(at: Instant, moment: Instant): number {
  return Math.round((at - moment) / 60_000);
}

/** A bin without a value gets no bar, because zero would be a value. */
function chart(
  title: string,
  name: string,
  bins: readonly TrafficBin[],
  { at, axis }: CountedFrom,
  measure: (bin: TrafficBin) => number | null,
): ChartBlock[] {
  const data = bins.flatMap((bin) => {
    const value = measure(bin);
    return value === null ? [] : [{ label: String(minutesBefore(at, bin.from)), value }];
  });
  if (data.length < LEAST_BARS || data.every(({ value }) => value === 0)) return [];
  return [
    {
      type: 'data_visualization',
      title,
      chart: {
        type: 'bar',
        series: [{ name, data }],
        axis_config: { categories: data.map(({ label }) => label), x_label: axis },
      },
    },
  ];
}
