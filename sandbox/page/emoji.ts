/** The emoji in use here. Other names stay `:name:`, as Slack shows a missing emoji. */

const EMOJI: Readonly<Record<string, string>> = {
  alarm_clock: '⏰',
  arrow_right: '➡️',
  arrows_counterclockwise: '🔄',
  ballot_box_with_check: '☑️',
  bell: '🔔',
  black_circle: '⚫',
  black_square_for_stop: '⏹️',
  book: '📖',
  boom: '💥',
  bulb: '💡',
  chart_with_upwards_trend: '📈',
  clipboard: '📋',
  construction: '🚧',
  double_vertical_bar: '⏸️',
  eyes: '👀',
  fast_forward: '⏩',
  fire: '🔥',
  gear: '⚙️',
  grey_question: '❔',
  hammer_and_wrench: '🛠️',
  heavy_check_mark: '✔️',
  heavy_minus_sign: '➖',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  information_source: 'ℹ️',
  large_blue_circle: '🔵',
  large_green_circle: '🟢',
  large_orange_circle: '🟠',
  large_red_circle: '🔴',
  large_yellow_circle: '🟡',
  leftwards_arrow_with_hook: '↩️',
  link: '🔗',
  lock: '🔒',
  mag: '🔍',
  memo: '📝',
  no_bell: '🔕',
  no_entry: '⛔',
  no_entry_sign: '🚫',
  octagonal_sign: '🛑',
  package: '📦',
  pager: '📟',
  pushpin: '📌',
  question: '❓',
  raised_hand: '✋',
  red_circle: '🔴',
  repeat: '🔁',
  rewind: '⏪',
  rocket: '🚀',
  rotating_light: '🚨',
  scroll: '📜',
  shield: '🛡️',
  skull: '💀',
  speech_balloon: '💬',
  stopwatch: '⏱️',
  unlock: '🔓',
  wastebasket: '🗑️',
  warning: '⚠️',
  wave: '👋',
  white_check_mark: '✅',
  white_circle: '⚪',
  wrench: '🔧',
  x: '❌',
  zap: '⚡',
  zzz: '💤',
};

/**
 * Renders the emoji as HTML, with its name for screen readers.
 * `name` contains only letters, digits, `_`, `+`, and `-`.
 */
export function emojiHtml(name: string): string {
  const sign = Object.hasOwn(EMOJI, name) ? EMOJI[name] : undefined;
  return sign === undefined
    ? `:${name}:`
    : `<span class="emoji" role="img" aria-label="${name.replaceAll('_', ' ')}" title=":${name}:">${sign}</span>`;
}
