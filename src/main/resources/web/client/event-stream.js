import { BacklotError, BROKEN, failureOf, isAboutCursor, isPassing, TRY_AGAIN, UNAUTHENTICATED } from './error.js';
import { parse } from './message.js';

/** Characters of one message; a server that sends more is not ours, and is left. */
const MESSAGE_MAX = 16 << 20;

/** An older node may not speak server-sent events yet: another one does. */
const PASSING_STATUSES = new Set([408, 426, 429]);

const TOO_MANY_REQUESTS =
  'A subscription waits for one of the requests that a page may have of a host. Share one among several jobs, or' +
  ' raise requestsMax where the nodes speak HTTP/2.';

/** Server-sent events, read by fetch: a request for each subscription. */
export class EventStreamChannel {
  #owner;
  #settings;
  #address;
  #requests = new Map();

  transport = 'sse';
  isReady = false;

  constructor(owner, settings, address, token) {
    this.#owner = owner;
    this.#settings = settings;
    this.#address = address;
    this.token = token;
  }

  /** Of the request that has been silent for longest. */
  get heardAt() {
    const begun = [...this.#requests.values()].filter(request => request.heardAt !== null);
    return Math.min(this.#settings.now(), ...begun.map(request => request.heardAt));
  }

  open() {
    this.#owner.subscriptions.forEach(each => this.subscribe(each));
  }

  /** A request keeps the token that it began with. */
  renew() {
    return false;
  }

  subscribe(subscription) {
    const request = { abort: new AbortController(), heardAt: null, begin: null };
    request.begin = () => {
      request.heardAt = this.#settings.now();
      this.#follow(subscription, request);
    };
    this.#requests.set(subscription, request);
    if (!this.#owner.turns.take(request.begin)) {
      this.#owner.complain(new BacklotError('too-many-requests', TOO_MANY_REQUESTS));
    }
  }

  unsubscribe(subscription) {
    const request = this.#requests.get(subscription);
    if (request !== undefined) {
      this.#requests.delete(subscription);
      request.abort.abort();
      this.#owner.turns.give(request.begin);
    }
  }

  close() {
    [...this.#requests.keys()].forEach(subscription => this.unsubscribe(subscription));
  }

  async #follow(subscription, request) {
    const { signal } = request.abort;
    try {
      const response = await this.#ask(subscription, signal);
      if (response.ok) {
        await readEvents(response.body, data => this.#receive(subscription, request, data));
      } else {
        await this.#refusedRequest(subscription, response, signal);
      }
    } catch {
      // Whether it broke or ended, the next one goes on from where it was.
    }
    if (!signal.aborted) {
      this.#owner.ended(this, BROKEN);
    }
  }

  #ask({ what, position }, signal) {
    const address = new URL(this.#address);
    address.search = Object.entries(what).map(parameter).join('&');
    const headers = { Accept: 'text/event-stream', Authorization: `Bearer ${this.token}` };
    if (position !== null) {
      headers['Last-Event-ID'] = position;
    }
    const { fetch } = this.#settings;
    return fetch(address.href, { headers, signal, credentials: 'omit', cache: 'no-store' });
  }

  #receive(subscription, request, data) {
    if (request.abort.signal.aborted) {
      return;
    }
    request.heardAt = this.#settings.now();
    const message = parse(data);
    if (message === null) {
      throw new SyntaxError('not JSON');
    }
    this.#hear(subscription, message);
    this.#owner.heard(this, message);
  }

  #hear(subscription, message) {
    switch (message.type) {
      case 'ready':
        this.isReady = true;
        break;
      case 'snapshot':
      case 'event':
      case 'live':
      case 'cursor_expired':
        subscription.take(message);
        break;
      case 'heartbeat':
        subscription.reach(message.cursor);
        break;
      case 'resync':
        subscription.reach(message.cursor);
        this.#comeBack(subscription, message.reason);
        break;
      case 'error':
        this.#refused(subscription, message);
        break;
    }
  }

  /** A request has its time; another one goes on for it at once. Else the body ends next. */
  #comeBack(subscription, reason) {
    if (reason === 'lifetime') {
      this.unsubscribe(subscription);
      this.subscribe(subscription);
    }
  }

  /** The answer is a problem of the API, or that of something between it and us. */
  async #refusedRequest(subscription, response, signal) {
    const { status } = response;
    const problem = await response.json().catch(() => ({}));
    if (signal.aborted) {
      return;
    }
    if (status === 401) {
      this.#owner.ended(this, UNAUTHENTICATED);
    } else if (status >= 500 || PASSING_STATUSES.has(status) || problem.code === undefined) {
      this.#owner.ended(this, TRY_AGAIN);
    } else {
      this.#refused(subscription, problem);
    }
  }

  #refused(subscription, error) {
    if (error.code === 'unauthenticated') {
      this.#owner.ended(this, UNAUTHENTICATED);
    } else if (isPassing(error)) {
      this.#owner.ended(this, TRY_AGAIN);
    } else if (isAboutCursor(error, subscription)) {
      this.unsubscribe(subscription);
      subscription.take({ type: 'cursor_expired' });
      this.subscribe(subscription);
    } else {
      subscription.fail(failureOf(error));
    }
  }
}

/** A hundred jobs fit into the line of a request only when their name is not repeated. */
const parameter = ([name, value]) => `${name}=${[value].flat().map(encodeURIComponent).join(',')}`;

/** Hands over the data of each event of a body; the rest of an event is in its data too. */
async function readEvents(body, hand) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let data = [];
  for (let { value, done } = await reader.read(); !done; { value, done } = await reader.read()) {
    // A line end that is cut in two is looked at when both halves are here.
    const lines = (rest + value).split(/\r\n|\n|\r(?!\n|$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line.startsWith('data:')) {
        data.push(line.slice(5).replace(/^ /, ''));
      } else if (line === '' && data.length > 0) {
        hand(data.join('\n'));
        data = [];
      }
    }
    if (data.reduce((size, line) => size + line.length, rest.length) > MESSAGE_MAX) {
      throw new RangeError('a message without end');
    }
  }
}
