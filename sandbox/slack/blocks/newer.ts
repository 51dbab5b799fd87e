/** Block types that Slack added in 2025 and 2026: task cards, plans, and charts, each with its documented limits. */
import { z } from 'zod';
import { bounded, identifier } from './objects.ts';
import { richText } from './rich-text.ts';

const block_id = identifier.optional();

export const taskCard = z.strictObject({
  type: z.literal('task_card'),
  block_id,
  task_id: identifier,
  title: bounded(256),
  details: richText.optional(),
  output: richText.optional(),
  status: z.enum(['pending', 'in_progress', 'complete', 'error']),
});

export const plan = z
  .strictObject({
    type: z.literal('plan'),
    block_id,
    title: bounded(256),
    tasks: z.array(taskCard).min(1).max(50),
  })
  .refine((one) => new Set(one.tasks.map(({ task_id }) => task_id)).size === one.tasks.length, {
    error: '`task_id` is not unique in its plan',
    path: ['tasks'],
  });

const label = bounded(20);

const series = z
  .array(
    z.strictObject({
      name: label,
      data: z
        .array(z.strictObject({ label, value: z.number() }))
        .min(1)
        .max(20),
    }),
  )
  .min(1)
  .max(6);

const axisConfig = z.strictObject({
  categories: z.array(label).min(1).max(20),
  x_label: bounded(50).optional(),
  y_label: bounded(50).optional(),
});

const xyChart = z
  .strictObject({ type: z.enum(['line', 'bar', 'area']), series, axis_config: axisConfig })
  .refine((chart) => chart.series.every(({ data }) => isComplete(data, chart.axis_config.categories)), {
    error: 'every series must have one data point per category',
    path: ['series'],
  });

const pieChart = z.strictObject({
  type: z.literal('pie'),
  segments: z
    .array(z.strictObject({ label, value: z.number().positive() }))
    .min(1)
    .max(6),
});

export const dataVisualization = z.strictObject({
  type: z.literal('data_visualization'),
  block_id,
  title: bounded(50),
  chart: z.discriminatedUnion('type', [pieChart, xyChart]),
});

export type TaskCard = z.infer<typeof taskCard>;
export type Plan = z.infer<typeof plan>;
export type Chart = z.infer<typeof dataVisualization>['chart'];

function isComplete(data: readonly { readonly label: string }[], categories: readonly string[]): boolean {
  const labels = new Set(data.map((point) => point.label));
  return (
    data.length === categories.length &&
    labels.size === data.length &&
    categories.every((one) => labels.has(one))
  );
}
