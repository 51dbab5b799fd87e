/**
 * Block Kit's documented limits (docs.slack.dev, Block Kit reference).
 * Lengths are in code points of the escaped text.
 */
export const LIMITS = {
  /** Per message. */
  blocks: 50,
  /** `chat.update` refuses longer texts. `chat.postMessage` truncates only much longer ones. */
  messageText: 4_000,
  identifier: 255,
  header: 150,
  sectionText: 3_000,
  fields: 10,
  field: 2_000,
  contextElements: 10,
  contextText: 3_000,
  actionElements: 25,
  button: 75,
  buttonValue: 2_000,
  accessibilityLabel: 75,
  url: 3_000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  placeholder: 150,
  options: 100,
  overflowOptions: 5,
  option: 75,
  optionDescription: 75,
  imageAlt: 2_000,
  imageTitle: 2_000,
  /** The sum over all markdown blocks of a message. */
  markdown: 12_000,
  tableRows: 100,
  tableCells: 20,
  /** The sum over all cells. */
  tableText: 10_000,
  /** Slack documents this for streamed tasks only; the block has no documented limit. */
  taskTitle: 256,
  planTasks: 50,
  containerTitle: 150,
  containerBlocks: 10,
  charts: 2,
  chartTitle: 50,
  chartSeries: 6,
  chartPoints: 20,
  /** Applies to a category, a point, or a series. */
  chartLabel: 20,
  axisLabel: 50,
  /**
   * Slack documents no limit for one element, but refuses a whole message that is somewhat longer
   * (`msg_blocks_too_long`).
   */
  richText: 12_000,
} as const;

export function lengthOf(text: string): number {
  return [...text].length;
}
