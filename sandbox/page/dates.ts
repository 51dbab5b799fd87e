/** Slack's date tokens (`{date_short_pretty}`, `{time}`, `{ago}`), in the reader's time zone. */

export interface Clock {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The reader's IANA time zone. */
  readonly timeZone: string;
}

/**
 * Fills in the tokens of `template` for `seconds` since 1970. Unknown tokens are left unchanged, as is the whole
 * template for an invalid time.
 */
export function formatDate(seconds: number, template: string, { now, timeZone }: Clock): string {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return template;
  const show = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat('en-US', { timeZone, ...options }).format(date);
  const pretty = (otherwise: string) => dayWord(date, now, timeZone) ?? otherwise;
  const short = show({ month: 'short', day: 'numeric', year: 'numeric' });
  const plain = show({ month: 'long', day: 'numeric', year: 'numeric' });
  const long = show({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
  const tokens: Readonly<Record<string, string>> = {
    date_num: new Intl.DateTimeFormat('sv-SE', { timeZone }).format(date),
    date_slash: show({ month: '2-digit', day: '2-digit', year: 'numeric' }),
    date: plain,
    date_short: short,
    date_long: long,
    date_long_full: long,
    date_pretty: pretty(plain),
    date_short_pretty: pretty(short),
    date_long_pretty: pretty(long),
    day_divider_pretty: pretty(long),
    time: show({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }),
    time_secs: show({ hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }),
    ago: ago(seconds, now),
  };
  return template.replace(/\{(\w+)\}/g, (whole, token: string) =>
    Object.hasOwn(tokens, token) ? (tokens[token] ?? whole) : whole,
  );
}

function dayWord(date: Date, now: number, timeZone: string): string | undefined {
  const dayOf = (at: Date) =>
    Date.parse(new Intl.DateTimeFormat('sv-SE', { timeZone }).format(at)) / 86_400_000;
  const apart = dayOf(date) - dayOf(new Date(now));
  if (apart === 0) return 'today';
  if (apart === -1) return 'yesterday';
  return apart === 1 ? 'tomorrow' : undefined;
}

function ago(seconds: number, now: number): string {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  const apart = seconds - now / 1000;
  const size = Math.abs(apart);
  if (size < 60) return format.format(Math.round(apart), 'second');
  if (size < 3600) return format.format(Math.round(apart / 60), 'minute');
  if (size < 86_400) return format.format(Math.round(apart / 3600), 'hour');
  return format.format(Math.round(apart / 86_400), 'day');
}
