import { BAD_MESSAGE, BROKEN, failureOf, isAboutCursor, isPassing, TRY_AGAIN } from './error.js';
import { parse } from './message.js';

const OPEN = 1;

/**
 * One WebSocket. Its subscriptions join one after the other, so that a complaint without a name is
 * known to be about the one that joins.
 */
export class SocketChannel {
  #owner;
  #settings;
  #address;
  #socket = null;
  #waiting = [];
  #joined = new Map();
  #joining = null;
  #count = 0;
  /** An error without a name, which the end of the socket explains. */
  #complaint = null;
  #isRenewing = false;

  transport = 'websocket';
  isReady = false;

  constructor(owner, settings, address, token) {
    this.#owner = owner;
    this.#settings = settings;
    this.#address = address;
    this.token = token;
    this.heardAt = settings.now();
  }

  open() {
    const address = new URL(this.#address);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new this.#settings.WebSocket(address.href);
    this.#socket = socket;
    socket.onopen = () => this.renew(this.token);
    socket.onmessage = ({ data }) => this.#receive(data);
    socket.onclose = ({ code }) => this.#gone(code);
    // A close follows, and says as much as there is to know.
    socket.onerror = () => {};
  }

  /** The same socket goes on. */
  renew(token) {
    this.token = token;
    this.#isRenewing = this.isReady;
    this.#say({ type: 'auth', token });
    return true;
  }

  subscribe(subscription) {
    if (this.isReady) {
      this.#waiting.push(subscription);
      this.#joinNext();
    }
  }

  unsubscribe(subscription) {
    this.#waiting = this.#waiting.filter(each => each !== subscription);
    this.#joined.forEach((each, id) => each === subscription && this.#part(id));
  }

  close() {
    if (this.#socket !== null) {
      this.#socket.onopen = this.#socket.onmessage = this.#socket.onclose = null;
      this.#socket.close();
    }
  }

  #joinNext() {
    if (this.#joining !== null || this.#waiting.length === 0) {
      return;
    }
    const subscription = this.#waiting.shift();
    const id = `s${++this.#count}`;
    this.#joining = id;
    this.#joined.set(id, subscription);
    const cursor = subscription.position;
    this.#say({ type: 'subscribe', id, ...subscription.what, ...(cursor && { cursor }) });
  }

  #receive(data) {
    this.heardAt = this.#settings.now();
    const message = parse(data);
    if (message === null) {
      this.#owner.ended(this, BROKEN);
      return;
    }
    this.#hear(message, this.#joined.get(message.id));
    this.#owner.heard(this, message);
  }

  #hear(message, subscription) {
    switch (message.type) {
      case 'ready':
        this.#isRenewing = false;
        this.#begin();
        break;
      case 'snapshot':
      case 'cursor_expired':
        subscription?.take(message);
        break;
      case 'live':
        subscription?.take(message);
        this.#endJoining(message.id);
        break;
      case 'event':
        this.#joined.forEach(each => each.wants(message) && each.take(message));
        this.#reach(message.cursor);
        break;
      case 'heartbeat':
      case 'resync':
        this.#reach(message.cursor);
        break;
      case 'error':
        this.#refused(message, subscription);
        break;
    }
  }

  /** The first ready; a later one answers a new token. */
  #begin() {
    if (!this.isReady) {
      this.isReady = true;
      this.#owner.subscriptions.forEach(each => this.subscribe(each));
    }
  }

  /** While one joins, the place that is told may lie in its past. */
  #reach(cursor) {
    if (this.#joining === null) {
      this.#joined.forEach(each => each.reach(cursor));
    }
  }

  /** The one that joins stays it until the server has said so, even when nobody wants it any more. */
  #endJoining(id) {
    if (id === this.#joining) {
      this.#joining = null;
      this.#joinNext();
    }
  }

  #part(id) {
    this.#joined.delete(id);
    this.#say({ type: 'unsubscribe', id });
  }

  #refused(error, subscription) {
    if (error.about !== undefined) {
      this.#isRenewing = false;
      this.#owner.complain(failureOf(error));
      return;
    }
    if (error.id === undefined) {
      this.#complaint = error;
      return;
    }
    this.#joined.delete(error.id);
    if (subscription && isPassing(error)) {
      this.#owner.ended(this, TRY_AGAIN);
      return;
    }
    if (subscription && isAboutCursor(error, subscription)) {
      subscription.take({ type: 'cursor_expired' });
      this.#waiting.push(subscription);
    } else {
      subscription?.fail(failureOf(error));
    }
    this.#endJoining(error.id);
  }

  /**
   * What the server cannot read closes the socket: it was said by the one that joins, unless a token
   * was renewed meanwhile, which older nodes do not take.
   */
  #gone(code) {
    const complaint = this.#complaint;
    this.#complaint = null;
    if (code === BAD_MESSAGE && complaint !== null && !this.#isRenewing) {
      this.#joined.get(this.#joining)?.fail(failureOf(complaint));
    }
    this.#owner.ended(this, code);
  }

  #say(message) {
    if (this.#socket.readyState === OPEN) {
      this.#socket.send(JSON.stringify(message));
    }
  }
}
