// A test's hold on time and network: nothing happens unless it says so.

/** Lets promises that are ready go on; a few turns suffice for the longest chain of ours. */
export async function settle() {
  for (let turn = 0; turn < 20; turn++) {
    await new Promise(resolve => setImmediate(resolve));
  }
}

export class Time {
  #now = Date.parse('2026-03-01T12:00:00Z');
  #timers = new Map();
  #count = 0;

  /** Every pause that was asked for. */
  asked = [];

  now = () => this.#now;

  setTimeout = (callback, ms) => {
    this.asked.push(ms);
    this.#timers.set(++this.#count, { callback, at: this.#now + ms });
    return this.#count;
  };

  clearTimeout = timer => this.#timers.delete(timer);

  get waiting() {
    return this.#timers.size;
  }

  at(ms = 0) {
    return new Date(this.#now + ms).toISOString();
  }

  async pass(ms) {
    const end = this.#now + ms;
    await settle();
    for (let next = this.#due(end); next; next = this.#due(end)) {
      const [id, timer] = next;
      this.#timers.delete(id);
      this.#now = Math.max(this.#now, timer.at);
      timer.callback();
      await settle();
    }
    this.#now = end;
  }

  /** A machine that sleeps: time is gone, and no timer was due in it. */
  sleep(ms) {
    this.#now += ms;
  }

  #due(end) {
    return [...this.#timers].filter(([, timer]) => timer.at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
  }
}

/** Sockets whose other end is the test. */
export class Sockets {
  opened = [];

  constructor() {
    const { opened } = this;
    this.WebSocket = class {
      readyState = 0;
      sent = [];

      constructor(address) {
        this.address = address;
        opened.push(this);
      }

      send(text) {
        this.sent.push(JSON.parse(text));
      }

      close() {
        this.readyState = 3;
        this.wasLeft = true;
      }

      say(...messages) {
        messages.forEach(message => this.onmessage?.({ data: JSON.stringify(message) }));
      }

      accept(ready) {
        this.readyState = 1;
        this.onopen?.({});
        this.say({ type: 'ready', heartbeat_ms: 10_000, expires_at: null, ...ready });
      }

      cut(code = 1006) {
        this.readyState = 3;
        this.onclose?.({ code });
      }

      /** What was said since the last look. */
      heard() {
        return this.sent.splice(0);
      }
    };
  }

  get last() {
    return this.opened.at(-1);
  }
}

/** Requests whose answer is the test's. */
export class Requests {
  asked = [];

  fetch = (address, options) =>
    new Promise((resolve, reject) => {
      const request = { address: new URL(address), ...options, reject };
      options.signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      request.refuse = (status, problem) =>
        resolve(new Response(typeof problem === 'string' ? problem : JSON.stringify(problem), { status }));
      request.accept = () => {
        const body = new ReadableStream({
          start: controller => {
            request.write = part =>
              controller.enqueue(typeof part === 'string' ? new TextEncoder().encode(part) : part);
            request.end = () => controller.close();
            options.signal.addEventListener('abort', () => controller.error(options.signal.reason));
          },
        });
        resolve(new Response(body, { headers: { 'content-type': 'text/event-stream' } }));
        request.say({ type: 'ready', heartbeat_ms: 10_000, expires_at: null });
      };
      request.say = (...messages) =>
        messages.forEach(message =>
          request.write(`${message.cursor ? `id: ${message.cursor}\n` : ''}event: ${message.type}\ndata: ${JSON.stringify(message)}\n\n`),
        );
      this.asked.push(request);
    });

  get last() {
    return this.asked.at(-1);
  }
}

export const job = n => `01900000-0000-7000-8000-${String(n).padStart(12, '0')}`;

export const snapshot = (id, cursor, ...jobs) => ({
  type: 'snapshot',
  id,
  cursor,
  complete: true,
  jobs: jobs.map(([n, version]) => ({ id: job(n), version, state: 'queued' })),
});

export const event = (cursor, n, version, state = 'running') => ({
  type: 'event',
  cursor,
  job_id: job(n),
  version,
  event: `job.${state}`,
  at: '2026-03-01T12:00:00Z',
  data: { state, version },
});

export const live = id => ({ type: 'live', id });

/** Handlers that note what they are given, each in a word. */
export function notes() {
  const seen = [];
  return {
    seen,
    onSnapshot: ({ cursor }) => seen.push(`snapshot ${cursor}`),
    onEvent: ({ cursor }) => seen.push(`event ${cursor}`),
    onLive: () => seen.push('live'),
    onCursorExpired: () => seen.push('expired'),
    onError: ({ code }) => seen.push(`error ${code}`),
  };
}

/** The handlers alone, as a stream takes them. */
export const handlers = ({ seen, ...rest }) => rest;
