/** The page's way to its server. Every failure is an `Error` with words that can be shown. */

/** GET `path`; gives the JSON of the answer. */
export async function read(path) {
  return answerOf(await fetch(path));
}

/** POST `body` as JSON to `path`; gives the JSON of the answer. */
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
  if (!response.ok) throw new Error(body.error ?? `The sandbox answered ${response.status}`);
  return body;
}
