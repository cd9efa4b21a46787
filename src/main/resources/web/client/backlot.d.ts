// The JavaScript client of Backlot. The page "JavaScript client" of the documentation has examples.

/** A state of a job. New ones may be added. */
export type JobState =
  | 'queued'
  | 'held'
  | 'submitting'
  | 'running'
  | 'storing'
  | 'succeeded'
  | 'failed'
  | 'canceled'
  | 'expired';

/** A job as `GET /api/v1/jobs/{id}` shows it, without `input` and `metadata`. */
export interface Job {
  readonly id: string;
  readonly kind: string;
  readonly model: string;
  readonly state: JobState;
  /** Rises by one with each event of the job. */
  readonly version: number;
  readonly priority: number;
  readonly cancel_requested: boolean;
  readonly overdue: boolean;
  readonly asset: string;
  /** An exact amount, as a decimal number in a text. */
  readonly cost: string;
  readonly charged: string | null;
  readonly price_version: string;
  readonly error: JobError | null;
  readonly outputs: readonly Output[];
  readonly accepted_at: string;
  readonly updated_at: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly start_at: string;
  readonly expires_at: string | null;
  readonly fallback: boolean;
  readonly on_timeout: string | null;
  readonly batch_id: string | null;
  readonly held_reason: string | null;
}

export interface JobError {
  readonly code: string;
  readonly detail: string;
  readonly [member: string]: unknown;
}

export interface Output {
  readonly n: number;
  readonly [member: string]: unknown;
}

/** Where everything stands. It replaces what was shown before. */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly cursor: string;
  /** False when there are more jobs than fit. */
  readonly complete: boolean;
  /** Of a tenant: the newest jobs that have not ended. */
  readonly jobs: readonly Job[];
  /** Of a batch: how many of its jobs are in which state. */
  readonly counts?: { readonly [state in JobState]?: number };
}

/** A job has moved. */
export interface JobEvent {
  readonly type: 'event';
  readonly cursor: string;
  readonly job_id: string;
  readonly version: number;
  /** `job.` and the new state. */
  readonly event: `job.${JobState}`;
  readonly at: string;
  readonly data: {
    readonly state: JobState;
    readonly version: number;
    readonly error?: JobError;
    readonly outputs?: readonly Output[];
    readonly charged?: string;
    readonly [member: string]: unknown;
  };
}

/** Everything up to now was told. Comes after each connection that was made. */
export interface Live {
  readonly type: 'live';
}

/**
 * The place to resume from is no longer known. A snapshot follows; a job that is shown as moving
 * and is not in it has ended meanwhile: ask the API for it.
 */
export interface CursorExpired {
  readonly type: 'cursor_expired';
}

export type Message = Snapshot | JobEvent | Live | CursorExpired;

/** Exactly one of jobs, batch and tenant. */
export type Target = (
  | { /** 1 to 100 ids. */ readonly jobs: readonly string[]; readonly batch?: undefined; readonly tenant?: undefined }
  | { readonly batch: string; readonly jobs?: undefined; readonly tenant?: undefined }
  | { readonly tenant: true; readonly jobs?: undefined; readonly batch?: undefined }
) & {
  /** Only these; all of them where it is left out. A snapshot is not filtered. */
  readonly events?: readonly `job.${JobState}`[];
  /** Where to go on: a cursor that was kept from before. There is no snapshot then. */
  readonly cursor?: string | null;
};

/** Called in order, never at the same time. What one throws is an uncaught error, and harms no other. */
export interface Handlers {
  onSnapshot?(snapshot: Snapshot): void;
  onEvent?(event: JobEvent): void;
  onLive?(live: Live): void;
  onCursorExpired?(expired: CursorExpired): void;
  /** The subscription has ended, and will not come back by itself. */
  onError?(error: BacklotError): void;
}

/**
 * What is followed. Every event comes once and in order, over any number of connections, nodes and
 * restarts of them, until it is closed.
 */
export interface Subscription extends AsyncIterable<Message> {
  /**
   * How far the application was told: the place of the message that was handed over last, or a
   * later one before which there is nothing of its own. Null before the snapshot. To be kept, and
   * given to a later subscription to the same.
   */
  readonly cursor: string | null;
  readonly closed: boolean;
  /** Nothing is handed over any more; a loop over it ends. */
  close(): void;
  /**
   * For a subscription without handlers, once. At most `bufferSize` messages wait for the loop;
   * then the subscription leaves the server, and comes back with its cursor when half of them
   * have been taken: nothing is lost and memory stays bounded. Throws the error that ended it.
   */
  [Symbol.asyncIterator](): AsyncGenerator<Message, void, undefined>;
}

/**
 * - `idle`: nothing is followed
 * - `connecting`: not every subscription was told everything yet
 * - `live`: every one was
 * - `offline`: waiting before the next attempt
 * - `refused`: a token and its successor were not accepted, all subscriptions have ended
 * - `closed`
 */
export type StreamState = 'idle' | 'connecting' | 'live' | 'offline' | 'refused' | 'closed';

export interface Options {
  /**
   * Addresses of the nodes, for example `https://backlot.example`. The first is tried first; the
   * next one when a connection ends. A function is asked at each attempt.
   */
  readonly nodes: readonly string[] | (() => readonly string[]);
  /**
   * A stream token, minted by your back end, or, in a program of your own, an API key. Asked when
   * there is none yet, before it ends, and when it was refused: `renew` is true when the one
   * that was given last is of no use any more. When it fails, it is asked again after a pause.
   */
  readonly token: string | ((why: { readonly renew: boolean }) => string | Promise<string>);
  /**
   * `auto`: WebSocket, and server-sent events when no socket could be opened `webSocketAttempts`
   * times in a row, or where there is none. Default `auto`.
   */
  readonly transport?: 'auto' | 'websocket' | 'sse';
  /** Default 3. */
  readonly webSocketAttempts?: number;
  /**
   * Most server-sent event requests at a time; the other subscriptions wait, and `onError` is told
   * `too-many-requests`. Default 5 in a browser, which opens six to a host over HTTP/1.1, else 100.
   */
  readonly requestsMax?: number;
  /** Most messages that wait for a loop. Default 1000. */
  readonly bufferSize?: number;
  /** For a node to open the connection and accept the token. Default 10000. */
  readonly connectTimeoutMs?: number;
  /** For the token callback to answer. Default 30000. */
  readonly tokenTimeoutMs?: number;
  /** The n-th pause is a random time below `base * 2^n`, at most `max`. Defaults 250 and 15000. */
  readonly backoffBaseMs?: number;
  readonly backoffMaxMs?: number;
  /** After so long a life of a connection the pauses begin anew. Default 10000. */
  readonly stableAfterMs?: number;
  /** For a connection light. `node` is the address in use. */
  onState?(state: StreamState, node: string | null): void;
  /** Something went wrong that will be tried again, for example the token callback failed. */
  onError?(error: unknown): void;
  /** In place of what the platform has, for tests and platforms that have none. */
  readonly WebSocket?: new (address: string) => SocketLike;
  readonly fetch?: typeof globalThis.fetch;
  readonly random?: () => number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly setTimeout?: (callback: () => void, ms: number) => unknown;
  readonly clearTimeout?: (timer: any) => void;
}

/** As much of a WebSocket as is used. */
export interface SocketLike {
  readonly readyState: number;
  onopen: ((event: any) => void) | null;
  onmessage: ((event: any) => void) | null;
  onclose: ((event: any) => void) | null;
  onerror: ((event: any) => void) | null;
  send(text: string): void;
  close(): void;
}

export class BacklotStream {
  /** Nothing is opened before the first subscription. Throws a TypeError for options that are none. */
  constructor(options: Options);
  readonly state: StreamState;
  /** The node in use; null when nothing is followed. */
  readonly node: string | null;
  readonly transport: 'websocket' | 'sse' | null;
  /**
   * Without handlers, the subscription is to be iterated over. Throws a TypeError for a target
   * that is none, and when the stream is closed.
   */
  subscribe(target: Target, handlers?: Handlers): Subscription;
  /** Ends a pause, for a button "try now". Browsers do so when the network or the page is back. */
  reconnect(): void;
  /** Closes all subscriptions and connections. */
  close(): void;
}

export class BacklotError extends Error {
  /** `unauthenticated`, `forbidden`, `job-not-found` or another code of the API's problems. */
  readonly code: string;
  /** A JSON pointer to what was wrong. */
  readonly field: string | null;
}
