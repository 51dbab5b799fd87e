/**
 * Types for the part of heroku-client that is used here. It ships none; these are based on its source, version 3.1.4.
 */
declare module 'heroku-client/lib/request.js' {
  import type { Agent, ClientRequest, IncomingMessage } from 'node:http';

  export interface RequestOptions {
    readonly method: string;
    readonly path: string;
    readonly token: string;
    readonly headers: Record<string, string>;
    readonly body?: unknown;
  }

  export default class Request {
    constructor(options: RequestOptions & { host: string });
    options: RequestOptions;
    host: string;
    port: number | string;
    secure: boolean;
    partial: boolean;
    userAgent: string;
    parseJSON: boolean;
    nextRange: string;
    middleware: (response: IncomingMessage, next: () => void) => void;
    certs: readonly Buffer[];
    agent: Agent;
    promise: Promise<unknown>;
    resolve: (body: unknown) => void;
    reject: (error: unknown) => void;
    request(): Promise<unknown>;
    handleResponse(response: IncomingMessage): void;
    handleError(error: Error): void;
    setRequestTimeout(request: ClientRequest): void;
  }
}
