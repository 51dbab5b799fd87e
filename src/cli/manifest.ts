/** `raxx manifest`: prints the Slack app's manifest, with the host filled in. */
import { EXIT, type Terminal } from './output.ts';

/** Accepts a host name, with or without a port, and also a whole URL, because people paste those. */
const HOST = /^(?:https:\/\/)?([a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?::\d+)?)\/?$/i;

/** Exit status: 64 if the host is malformed. */
export function runManifest(manifest: string, host: string | undefined, terminal: Terminal): number {
  const name = host === undefined ? 'HOST' : HOST.exec(host)?.[1];
  if (name === undefined) {
    terminal.err(`"${host}" is not a host name. Example: --host raxx-chatops.herokuapp.com\n`);
    return EXIT.usage;
  }
  terminal.out(manifest.replaceAll('https://HOST/', `https://${name}/`));
  return EXIT.ok;
}
