/** Links to content that this page itself shows: messages of the local Slack and runs of the local GitHub. */

/** Returns `{ channel, ts }` for a message, `{ run }` for a run, or undefined for any other URL. */
export function whereIs(address) {
  const message = /^https:\/\/raxx\.slack\.com\/archives\/(\w+)\/p(\d{10})(\d{6})$/.exec(address);
  if (message) return { channel: message[1], ts: `${message[2]}.${message[3]}` };
  const run = /^https:\/\/github\.com\/[^/]+\/[^/]+\/actions\/runs\/(\d+)$/.exec(address);
  return run ? { run: Number(run[1]) } : undefined;
}
