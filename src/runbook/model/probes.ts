/** Describes the responses of the health URL and Heroku's status page. */

import type { Instant } from './instant.ts';

/**
 * The result of one HTTP request. A request without a response is an observation too: it says how the request failed.
 */
export type HttpAnswer =
  | {
      readonly kind: 'http';

      readonly status: number;
      readonly ms: number;
      /** Heroku's own page, served instead of the app's: `no-such-app`, `application-error`, `welcome`. */
      readonly herokuPage?: string;
      /** The top-level fields, if the response was a JSON object. */
      readonly report?: Readonly<Record<string, string | number | boolean>>;
    }
  | {
      readonly kind: 'timeout' | 'refused' | 'reset' | 'tls' | 'dns' | 'unreachable';
      /** The system's code or message: `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
      readonly detail: string;
      readonly ms: number;
    };

export interface PlatformIncident {
  readonly id: string;
  readonly title: string;
  readonly url: string | null;
  /** Regions: `NA`, `EMEA`, `APAC`; empty when the incident applies to all. */
  readonly tags: readonly string[];
  /** `Apps`, `Data`, `Tools`; empty when the page does not say. */
  readonly systems: readonly string[];
  readonly createdAt: Instant;
}

/**
 * Heroku's status page. It holds only current incidents, because the reader drops resolved and merely scheduled ones.
 */
export interface PlatformStatus {
  readonly systems: readonly { readonly system: string; readonly status: string }[];
  readonly incidents: readonly PlatformIncident[];
  /** Announced maintenance in progress; absent when the page does not say. */
  readonly maintenance?: readonly PlatformIncident[];
}
