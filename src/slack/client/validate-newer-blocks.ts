/**
 * Finds what Slack would refuse in the block types added in 2025 and 2026: plans, task cards, containers, and charts.
 */
import {
  arrayOf,
  fields,
  type JsonObject,
  type MessageFault,
  most,
  optional,
  plainText,
  some,
  textObject,
  twice,
  within,
} from './message-faults.ts';
import { LIMITS } from './message-limits.ts';
import { richTextFaults } from './validate-rich-text.ts';

/** `childFaults` validates a block inside a container. */
export function newerFaults(
  block: JsonObject,
  path: string,
  childFaults: (child: JsonObject, path: string) => MessageFault[],
): MessageFault[] {
  if (block.type === 'plan') return planFaults(block, path);
  if (block.type === 'task_card') return taskFaults(block, path);
  return block.type === 'container' ? containerFaults(block, path, childFaults) : chartFaults(block, path);
}

function planFaults({ title, tasks }: JsonObject, path: string): MessageFault[] {
  const list = arrayOf(tasks).map(fields);
  return [
    ...within(`${path}.title`, title, LIMITS.taskTitle),
    ...some(`${path}.tasks`, list),
    ...most(`${path}.tasks`, list, LIMITS.planTasks),
    ...twice(
      `${path}: task_id`,
      list.map(({ task_id }) => task_id),
    ),
    ...list.flatMap((task, index) => taskFaults(task, `${path}.tasks.${index}`)),
  ];
}

const TASK_STATES: ReadonlySet<unknown> = new Set(['pending', 'in_progress', 'complete', 'error']);

function taskFaults({ task_id, title, status, details, output }: JsonObject, path: string): MessageFault[] {
  return [
    ...within(`${path}.task_id`, task_id, LIMITS.identifier),
    ...within(`${path}.title`, title, LIMITS.taskTitle),
    ...(TASK_STATES.has(status) ? [] : [`${path}.status: ${String(status)} is not a state of a task`]),
    ...(details === undefined ? [] : richTextFaults(fields(details), `${path}.details`)),
    ...(output === undefined ? [] : richTextFaults(fields(output), `${path}.output`)),
  ];
}

/** Child types that Slack documents for a container, limited to those that this bot sends. */
const CHILDREN: ReadonlySet<unknown> = new Set([
  'actions',
  'context',
  'divider',
  'header',
  'image',
  'rich_text',
  'section',
  'table',
]);

function containerFaults(
  block: JsonObject,
  path: string,
  childFaults: (child: JsonObject, path: string) => MessageFault[],
): MessageFault[] {
  const { title, rich_text_title: richTitle, subtitle, child_blocks } = block;
  const children = arrayOf(child_blocks).map(fields);
  return [
    ...(title === undefined && richTitle === undefined ? [`${path}: has no title`] : []),
    ...plainText(`${path}.title`, title, LIMITS.containerTitle),
    ...(richTitle === undefined ? [] : richTextFaults(fields(richTitle), `${path}.rich_text_title`)),
    ...(subtitle === undefined ? [] : textObject(`${path}.subtitle`, subtitle, LIMITS.containerTitle)),
    ...some(`${path}.child_blocks`, children),
    ...most(`${path}.child_blocks`, children, LIMITS.containerBlocks),
    ...children.flatMap((child, index) => {
      const here = `${path}.child_blocks.${index}`;
      return CHILDREN.has(child.type)
        ? childFaults(child, here)
        : [`${here}: ${String(child.type)} does not go into a container`];
    }),
  ];
}

function chartFaults({ title, chart }: JsonObject, path: string): MessageFault[] {
  const { series, axis_config: axis } = fields(chart);
  const { categories, x_label, y_label } = fields(axis);
  const labels = arrayOf(categories);
  const lines = arrayOf(series).map(fields);
  return [
    ...within(`${path}.title`, title, LIMITS.chartTitle),
    ...some(`${path}.chart.series`, lines),
    ...most(`${path}.chart.series`, lines, LIMITS.chartSeries),
    ...some(`${path}.chart.axis_config.categories`, labels),
    ...most(`${path}.chart.axis_config.categories`, labels, LIMITS.chartPoints),
    ...labels.flatMap((one) => within(`${path}.chart.axis_config.categories`, one, LIMITS.chartLabel)),
    ...optional(`${path}.chart.axis_config.x_label`, x_label, LIMITS.axisLabel),
    ...optional(`${path}.chart.axis_config.y_label`, y_label, LIMITS.axisLabel),
    ...lines.flatMap(({ name, data }, index) => {
      const here = `${path}.chart.series.${index}`;
      const given = arrayOf(data).map((point) => fields(point).label);
      const isComplete = given.length === labels.length && labels.every((label) => given.includes(label));
      return [
        ...within(`${here}.name`, name, LIMITS.chartLabel),
        ...(isComplete ? [] : [`${here}.data: has not one point for each category`]),
      ];
    }),
  ];
}
