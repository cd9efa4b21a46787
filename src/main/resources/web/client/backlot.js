// Follows jobs of Backlot live: over a WebSocket, or over server-sent events where none can be
// opened. It comes back by itself, to another node if need be, and hands each event to the
// application once and in order. What each name promises is in backlot.d.ts.

import { Core } from './core.js';
import { BacklotError } from './error.js';
import { settingsOf } from './settings.js';

export { BacklotError };

export class BacklotStream {
  #core;

  constructor(options) {
    this.#core = new Core(settingsOf(options));
  }

  get state() {
    return this.#core.state;
  }

  get node() {
    return this.#core.node;
  }

  get transport() {
    return this.#core.transport;
  }

  subscribe(what, handlers) {
    return this.#core.subscribe(what, handlers);
  }

  reconnect() {
    this.#core.hurry();
  }

  close() {
    this.#core.close();
  }
}
