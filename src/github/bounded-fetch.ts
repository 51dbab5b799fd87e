/** A fetch whose requests end in time and whose response bodies have a limited size. */

/**
 * A comparison of 250 commits with their files takes one or two megabytes.
 * Reading a longer body would block everything else.
 */
const LONGEST_BODY = 3_000_000;

/**
 * Callers set their own timeout. `ms` covers requests that have none, such as octokit's when it signs in as an App,
 * which would otherwise wait for minutes. Octokit reads a body of any length, however small its compressed form. Here
 * a body that is too long fails as if it had been cut off.
 */
export function fetchWithin(ms: number): typeof fetch {
  return async (address, options) => {
    const answer = await fetch(address, { ...options, signal: options?.signal ?? AbortSignal.timeout(ms) });
    if (!answer.body) return answer;
    const { status, statusText, headers, url } = answer;
    const limited = new Response(answer.body.pipeThrough(upTo(LONGEST_BODY)), {
      status,
      statusText,
      headers,
    });
    return Object.defineProperty(limited, 'url', { value: url });
  };
}

/** Passes on at most `longest` bytes, counted after decompression, and then fails. */
function upTo(longest: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let length = 0;
  return new TransformStream({
    transform(chunk, controller) {
      length += chunk.byteLength;
      if (length > longest) controller.error(new Error(`the response is longer than ${longest} bytes`));
      else controller.enqueue(chunk);
    },
  });
}
