import { Connection } from './connection.js';
import { Credential } from './credential.js';
import { call } from './settings.js';
import { Subscription } from './subscription.js';
import { Turns } from './turns.js';

/** What the connections of a stream share. */
export class Core {
  #connections = new Set();
  #subscriptions = new Set();
  #isRefused = false;
  #isClosed = false;
  #told = '';
  #webSocketFailures = 0;
  #hurry = () => {
    if (globalThis.document?.visibilityState !== 'hidden') {
      this.hurry();
    }
  };

  constructor(settings) {
    this.settings = settings;
    /** Of the requests of all connections: they come out of the same few of the browser. */
    this.turns = new Turns(settings.requestsMax);
    this.credential = new Credential(
      settings,
      token => this.#connections.forEach(connection => connection.renew(token)),
      error => this.report(error),
    );
    globalThis.addEventListener?.('online', this.#hurry);
    globalThis.document?.addEventListener('visibilitychange', this.#hurry);
  }

  get state() {
    if (this.#isClosed) {
      return 'closed';
    }
    if (this.#isRefused) {
      return 'refused';
    }
    const states = [...this.#connections].map(connection => connection.state);
    return ['offline', 'connecting', 'live'].find(state => states.includes(state)) ?? 'idle';
  }

  get node() {
    return this.#first?.node ?? null;
  }

  get transport() {
    return this.#first?.transport ?? null;
  }

  get #first() {
    return this.#connections.values().next().value;
  }

  subscribe(what, handlers) {
    if (this.#isClosed) {
      throw new TypeError('the stream is closed');
    }
    const subscription = new Subscription(this, what, handlers);
    this.#subscriptions.add(subscription);
    this.#isRefused = false;
    this.attach(subscription);
    return subscription;
  }

  /**
   * On one connection the server sends an event once, and does not say to whom. So those share it
   * that have no job in common.
   */
  attach(subscription) {
    const free = [...this.#connections].find(each => each.hasRoomFor(subscription));
    if (free) {
      free.add(subscription);
      return;
    }
    const connection = new Connection(this);
    this.#connections.add(connection);
    connection.add(subscription);
    connection.open();
  }

  leave(subscription) {
    this.#subscriptions.delete(subscription);
    subscription.connection?.remove(subscription);
  }

  disconnected(connection) {
    this.#connections.delete(connection);
    this.changed();
  }

  /** The credential is no good, and neither was its successor. */
  refuse() {
    this.#isRefused = true;
    this.changed();
  }

  /** After enough sockets that did not open the two ways take turns, until a socket opens. */
  pickTransport() {
    const { transport, webSocketAttempts, WebSocket } = this.settings;
    if (transport !== 'auto') {
      return transport;
    }
    return WebSocket && this.#webSocketFailures < webSocketAttempts ? 'websocket' : 'sse';
  }

  opened(transport) {
    if (transport === 'websocket') {
      this.#webSocketFailures = 0;
    }
  }

  ended(transport, wasOpen) {
    if (transport === 'sse') {
      this.#webSocketFailures = this.settings.webSocketAttempts - 1;
    } else if (!wasOpen) {
      this.#webSocketFailures++;
    }
  }

  hurry() {
    this.#connections.forEach(connection => connection.hurry());
  }

  changed() {
    const { state, node } = this;
    if (`${state} ${node}` !== this.#told) {
      this.#told = `${state} ${node}`;
      call(this.settings.onState, state, node);
    }
  }

  report(error) {
    call(this.settings.onError, error);
  }

  close() {
    this.#isClosed = true;
    globalThis.removeEventListener?.('online', this.#hurry);
    globalThis.document?.removeEventListener('visibilitychange', this.#hurry);
    this.credential.close();
    this.#subscriptions.forEach(subscription => subscription.close());
    this.changed();
  }
}
