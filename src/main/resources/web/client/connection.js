import { BacklotError, BROKEN, CREDENTIAL_ENDED, UNAUTHENTICATED } from './error.js';
import { EventStreamChannel } from './event-stream.js';
import { nodesOf } from './settings.js';
import { SocketChannel } from './socket.js';

/** The server's bound for one socket. */
const SUBSCRIPTIONS_MAX = 100;

const PATH = 'api/v1/stream';

/** Without a word for this many heartbeats a channel is taken for dead. */
const SILENT_HEARTBEATS = 2.5;

/** Keeps one channel open for its subscriptions: one node after the other, with full jitter. */
export class Connection {
  #core;
  #settings;
  #subscriptions = new Set();
  #channel = null;
  #attempt = 0;
  #turn = 0;
  #failures = 0;
  #refusals = 0;
  #retry = null;
  #watchdog = null;
  #patience = 0;
  #liveSince = null;

  state = 'connecting';
  node = null;
  transport = null;

  constructor(core) {
    this.#core = core;
    this.#settings = core.settings;
  }

  get subscriptions() {
    return [...this.#subscriptions];
  }

  get turns() {
    return this.#core.turns;
  }

  hasRoomFor(subscription) {
    const { subscriptions } = this;
    return subscriptions.length < SUBSCRIPTIONS_MAX && subscriptions.every(each => each.isApartFrom(subscription));
  }

  add(subscription) {
    this.#subscriptions.add(subscription);
    subscription.connection = this;
    this.#channel?.subscribe(subscription);
    this.#lookWhetherLive();
  }

  remove(subscription) {
    this.#subscriptions.delete(subscription);
    subscription.connection = null;
    subscription.isLive = false;
    if (this.#subscriptions.size === 0) {
      this.#stop();
      return;
    }
    this.#channel?.unsubscribe(subscription);
    this.#lookWhetherLive();
  }

  async open(state = 'connecting') {
    // An older attempt that still waits for its token is given up.
    const attempt = ++this.#attempt;
    this.#settings.clearTimeout(this.#retry);
    this.#retry = null;
    this.#become(state);
    try {
      const token = await this.#core.credential.get();
      if (attempt === this.#attempt) {
        this.#connect(token);
      }
    } catch (error) {
      if (attempt === this.#attempt) {
        this.#core.report(error);
        this.#comeBack();
      }
    }
  }

  /** A socket takes the new token and goes on; a request is made again from where it is. */
  renew(token) {
    if (this.#channel?.isReady && !this.#channel.renew(token)) {
      this.#drop();
      this.open(this.state);
    }
  }

  /** The network or the page is back: wait no longer, and do not trust a silence. */
  hurry() {
    if (this.#retry !== null) {
      this.open();
    } else if (this.#channel !== null && this.#silentFor() >= this.#patience) {
      this.#drop();
      this.open();
    }
  }

  heard(channel, message) {
    if (channel !== this.#channel) {
      return;
    }
    if (message.type === 'heartbeat') {
      this.#core.credential.hear(message.at);
    } else if (message.type === 'ready') {
      this.#refusals = 0;
      this.#core.opened(channel.transport);
      this.#core.credential.endsAt(message.expires_at);
      this.#watch(message.heartbeat_ms * SILENT_HEARTBEATS);
    } else if (message.type === 'expiring') {
      this.#core.credential.expires(message.expires_at);
    } else if (message.type === 'live') {
      this.#lookWhetherLive();
    }
  }

  /** Something was refused, and the channel goes on. */
  complain(error) {
    this.#core.report(error);
  }

  ended(channel, code) {
    if (channel !== this.#channel) {
      return;
    }
    const isRefused = code === UNAUTHENTICATED || code === CREDENTIAL_ENDED;
    this.#core.ended(channel.transport, channel.isReady || isRefused);
    this.#forgiveFailures();
    this.#drop();
    if (!isRefused) {
      this.#turn++;
      this.#comeBack();
      return;
    }
    this.#core.credential.forget(channel.token);
    if (++this.#refusals > 1) {
      this.#refuse();
    } else {
      this.#comeBack();
    }
  }

  #connect(token) {
    const nodes = nodesOf(this.#settings.nodes);
    this.node = nodes[this.#turn % nodes.length];
    this.transport = this.#core.pickTransport();
    this.#core.changed();
    const address = new URL(PATH, this.node.endsWith('/') ? this.node : `${this.node}/`);
    const Channel = this.transport === 'sse' ? EventStreamChannel : SocketChannel;
    const channel = new Channel(this, this.#settings, address, token);
    this.#channel = channel;
    this.#watch(this.#settings.connectTimeoutMs);
    try {
      channel.open();
    } catch {
      // A browser refuses some addresses before it has tried.
      this.ended(channel, BROKEN);
    }
  }

  /** Full jitter: a crowd that was cut off together does not come back together. */
  #comeBack() {
    const { backoffBaseMs, backoffMaxMs, random, setTimeout } = this.#settings;
    const ceiling = Math.min(backoffMaxMs, backoffBaseMs * 2 ** this.#failures++);
    this.#retry = setTimeout(() => this.open(), random() * ceiling);
    this.#become('offline');
  }

  #forgiveFailures() {
    const { now, stableAfterMs } = this.#settings;
    if (this.#liveSince !== null && now() - this.#liveSince >= stableAfterMs) {
      this.#failures = 0;
    }
  }

  #refuse() {
    const error = new BacklotError('unauthenticated', 'The token was refused, and a new one too.');
    this.#core.refuse();
    this.#subscriptions.forEach(subscription => subscription.fail(error));
  }

  #stop() {
    this.#drop();
    this.#attempt++;
    this.#settings.clearTimeout(this.#retry);
    this.#core.disconnected(this);
  }

  #drop() {
    const channel = this.#channel;
    this.#channel = null;
    this.#liveSince = null;
    this.#settings.clearTimeout(this.#watchdog);
    this.#subscriptions.forEach(subscription => {
      subscription.isLive = false;
    });
    channel?.close();
  }

  #silentFor() {
    return this.#settings.now() - this.#channel.heardAt;
  }

  #watch(patience) {
    this.#patience = patience;
    this.#lookAgainIn(patience);
  }

  /** One timer for many messages: when it is due it sees when the last one came. */
  #lookAgainIn(ms) {
    const { setTimeout, clearTimeout } = this.#settings;
    clearTimeout(this.#watchdog);
    this.#watchdog = setTimeout(() => {
      const left = this.#patience - this.#silentFor();
      if (left > 0) {
        this.#lookAgainIn(left);
      } else {
        this.ended(this.#channel, BROKEN);
      }
    }, ms);
  }

  #lookWhetherLive() {
    if (this.#channel === null) {
      return;
    }
    const isLive = this.subscriptions.every(subscription => subscription.isLive);
    if (isLive) {
      this.#liveSince ??= this.#settings.now();
    }
    this.#become(isLive ? 'live' : 'connecting');
  }

  #become(state) {
    this.state = state;
    this.#core.changed();
  }
}
