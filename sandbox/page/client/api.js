/** Calls the page's server. Every failure is an `Error` whose message can be shown. */

/** GETs `path` and returns the JSON response. */
export async function read(path) {
  return answerOf(await fetch(path));
}

/** POSTs `body` as JSON to `path` and returns the JSON response. */
export async function send(path, body) {
  return answerOf(
    await fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  );
}

async function answerOf(response) {
  const body = await response.json();
  if (!response.ok) throw new Error(body.error ?? `The sandbox responded with ${response.status}`);
  return body;
}
