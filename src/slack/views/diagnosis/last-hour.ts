/** The requests of the last hour: as text for everyone, and as Slack's native charts where they are supported. */
import type { LastHour, TrafficBin } from '../../../runbook/logs/last-hour.ts';
import type { Instant } from '../../../runbook/model/instant.ts';
import { formatDuration } from '../../../runbook/text/time.ts';
import { bold, type ChartBlock, line, type MessageBlock, preformatted, richText } from '../parts/message.ts';

const HOUR_MS = 3_600_000;
/** Minimum number of bars, because a single bar shows no trend. */
const LEAST_BARS = 2;

/** Empty if the log has no requests or covers less than five minutes. */
export function lastHourBlocks(hour: LastHour, now: Instant): MessageBlock[] {
  const { bins } = hour;
  if (bins.every(({ requests }) => requests === 0)) return [];
  const table = ['min ago  requests  failed   median', ...bins.map((bin) => row(bin, now))];
  return [
    richText(line(bold('Requests per 5 minutes')), preformatted(table)),
    ...chart('Failed requests per 5 minutes', 'Failed', bins, now, ({ failed }) => failed),
    ...chart('Median response time, ms', 'Median', bins, now, (bin) => bin.medianMs),
  ];
}

/**
 * Says how much of the hour the log covers:
 * `Last 35 min (the log goes back no further): 3 of 412 requests failed`.
 */
export function lastHourWords({ bins, coveredMs }: LastHour): string {
  const requests = sum(bins, (bin) => bin.requests);
  const failed = sum(bins, (bin) => bin.failed);
  const [first] = bins;
  const last = bins.at(-1);
  const reach = first && last ? formatDuration(last.to - first.from) : formatDuration(coveredMs);
  const window = coveredMs >= HOUR_MS ? 'Last hour' : `Last ${reach} (the log goes back no further)`;
  return `${window}: ${failed} of ${requests} requests failed`;
}

function sum(bins: readonly TrafficBin[], of: (bin: TrafficBin) => number): number {
  return bins.reduce((total, bin) => total + of(bin), 0);
}

function row(bin: TrafficBin, now: Instant): string {
  const { requests, failed, medianMs } = bin;
  const span = `${minutesAgo(bin.from, now)}–${minutesAgo(bin.to, now)}`;
  const median = medianMs === null ? '–' : `${medianMs} ms`;
  return `${span.padEnd(7)}  ${String(requests).padStart(8)}  ${String(failed).padStart(6)}  ${median.padStart(7)}`;
}

function minutesAgo(at: Instant, now: Instant): number {
  return Math.round((now - at) / 60_000);
}

/** A bin without a value gets no bar, because zero would be a value. */
function chart(
  title: string,
  name: string,
  bins: readonly TrafficBin[],
  now: Instant,
  measure: (bin: TrafficBin) => number | null,
): ChartBlock[] {
  const data = bins.flatMap((bin) => {
    const value = measure(bin);
    return value === null ? [] : [{ label: String(minutesAgo(bin.from, now)), value }];
  });
  if (data.length < LEAST_BARS || data.every(({ value }) => value === 0)) return [];
  return [
    {
      type: 'data_visualization',
      title,
      chart: {
        type: 'bar',
        series: [{ name, data }],
        axis_config: { categories: data.map(({ label }) => label), x_label: 'Minutes ago' },
      },
    },
  ];
}
