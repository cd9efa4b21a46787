// The live side: one WebSocket that comes back by itself, with its cursor.

import { forgetSession, node, openSession, useNextNode } from '/api.js';

const BACKOFF_BASE_MS = 250;
const BACKOFF_MAX_MS = 15_000;
/** Without a word for this many heartbeats, the connection is taken for dead. */
const SILENT_HEARTBEATS = 3;
const CREDENTIAL_CLOSED = new Set([4401, 4410]);

/**
 * Events: `state` (detail: connecting | live | offline), `snapshot` (detail: jobs), `event`
 * (detail: one event). Nothing is missed or repeated between them.
 */
export class Live extends EventTarget {
  #cursor = null;
  #failures = 0;
  #socket = null;
  #watchdog = null;
  #retry = null;

  start() {
    addEventListener('online', () => this.#connectNow());
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.#retry !== null) {
        this.#connectNow();
      }
    });
    this.#connectNow();
  }

  #connectNow() {
    clearTimeout(this.#retry);
    this.#retry = null;
    if (this.#socket === null) {
      this.#connect();
    }
  }

  async #connect() {
    this.#tell('state', 'connecting');
    let token;
    try {
      ({ token } = await openSession());
    } catch (problem) {
      this.#tell('refused', problem);
      this.#comeBack();
      return;
    }
    if (this.#socket !== null) {
      return;
    }
    const socket = new WebSocket(new URL('/api/v1/stream', node().replace(/^http/, 'ws')));
    this.#socket = socket;
    socket.addEventListener('open', () => this.#say({ type: 'auth', token }));
    socket.addEventListener('message', message => this.#hear(JSON.parse(message.data)));
    socket.addEventListener('close', closed => {
      if (this.#socket !== socket) {
        return;
      }
      if (CREDENTIAL_CLOSED.has(closed.code)) {
        forgetSession();
      }
      this.#lost();
    });
    this.#expectWithin(10_000);
  }

  #hear(message) {
    if (message.cursor) {
      this.#cursor = message.cursor;
    }
    this.#expectWithin(this.heartbeat * SILENT_HEARTBEATS);
    switch (message.type) {
      case 'ready':
        this.heartbeat = message.heartbeat_ms;
        this.#say({ type: 'subscribe', id: 'page', tenant: true, ...(this.#cursor && { cursor: this.#cursor }) });
        break;
      case 'live':
        this.#failures = 0;
        this.#tell('state', 'live');
        break;
      case 'snapshot':
        this.#tell('snapshot', message.jobs);
        break;
      case 'event':
        this.#tell('event', message);
        break;
      case 'error':
        if (message.code === 'invalid-request') {
          this.#cursor = null;
        }
        this.#socket?.close();
        break;
    }
  }

  heartbeat = 10_000;

  #say(message) {
    this.#socket?.send(JSON.stringify(message));
  }

  #expectWithin(ms) {
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      const silent = this.#socket;
      this.#lost();
      silent?.close();
    }, ms);
  }

  #lost() {
    clearTimeout(this.#watchdog);
    this.#socket = null;
    useNextNode();
    this.#comeBack();
  }

  /** Full jitter: a crowd that was cut off together does not come back together. */
  #comeBack() {
    const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_BASE_MS * 2 ** this.#failures++);
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.#connectNow(), Math.random() * ceiling);
    this.#tell('state', 'offline');
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
