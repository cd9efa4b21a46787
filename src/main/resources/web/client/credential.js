import { BacklotError } from './error.js';

/** A token is renewed a minute before it ends, or when a fifth of what was left is left. */
const RENEW_BEFORE_MS = 60_000;
const RENEW_BEFORE_PART = 5;
const PAUSE_MIN_MS = 1_000;

/** With less than this left, a token is not worth a connection. */
const LEFT_MIN_MS = 5_000;

/** The token: one question at a time, whoever needs it, and none while the one we have is good. */
export class Credential {
  #settings;
  #renewed;
  #failed;
  #token = null;
  #asking = null;
  #wasAsked = false;
  #endsAt = null;
  #timer = null;
  #isRenewing = false;
  /** The server's clock less ours: the end is a time of the server's. */
  #skew = 0;

  constructor(settings, renewed, failed) {
    this.#settings = settings;
    this.#renewed = renewed;
    this.#failed = failed;
  }

  async get() {
    const isGood = this.#token !== null && (this.#endsAt === null || this.#left() > LEFT_MIN_MS);
    return isGood ? this.#token : this.#ask();
  }

  /** It opens nothing any more. */
  forget(token) {
    if (token === this.#token) {
      this.#token = null;
    }
  }

  /** What the server says of the token: null for a key, which does not end. */
  endsAt(expiresAt) {
    this.#endsAt = expiresAt ? Date.parse(expiresAt) : null;
    this.#schedule();
  }

  /**
   * The server has told that it ends soon: timers of a page that nobody sees may be late. Not when a
   * new one is on its way, or has come: the end is that of the old one then.
   */
  expires(expiresAt) {
    if (!this.#isRenewing && this.#endsAt === Date.parse(expiresAt)) {
      this.#settings.clearTimeout(this.#timer);
      this.#renew();
    }
  }

  /** The server has told the time. */
  hear(at) {
    const skew = Date.parse(at) - this.#settings.now();
    if (Math.abs(skew - this.#skew) > PAUSE_MIN_MS) {
      this.#skew = skew;
      this.#schedule();
    }
  }

  close() {
    this.#endsAt = null;
    this.#schedule();
  }

  #left() {
    return this.#endsAt - this.#settings.now() - this.#skew;
  }

  #schedule() {
    const left = this.#endsAt === null ? 0 : this.#left();
    this.#renewIn(left, left - Math.min(RENEW_BEFORE_MS, left / RENEW_BEFORE_PART));
  }

  /** What has ended already is left to the server, which may know the time better. */
  #renewIn(left, ms) {
    const { setTimeout, clearTimeout } = this.#settings;
    clearTimeout(this.#timer);
    if (left > 0) {
      this.#timer = setTimeout(() => this.#renew(), Math.max(PAUSE_MIN_MS, ms));
    }
  }

  async #renew() {
    this.#isRenewing = true;
    try {
      this.#renewed(await this.#ask());
    } catch (error) {
      this.#failed(error);
      const left = this.#left();
      this.#renewIn(left, left / RENEW_BEFORE_PART);
    } finally {
      this.#isRenewing = false;
    }
  }

  #ask() {
    this.#asking ??= this.#askOnce().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #askOnce() {
    const token = await this.#answer();
    if (typeof token !== 'string' || token === '') {
      throw new BacklotError('no-token', 'The token callback gave no token.');
    }
    this.#wasAsked = true;
    // Of the new one the server will say it.
    this.#endsAt = null;
    this.#token = token;
    return token;
  }

  #answer() {
    const { token, tokenTimeoutMs, setTimeout, clearTimeout } = this.#settings;
    if (typeof token === 'string') {
      return token;
    }
    return new Promise((resolve, reject) => {
      const late = () => reject(new BacklotError('no-token', 'The token callback did not answer.'));
      const timer = setTimeout(late, tokenTimeoutMs);
      Promise.resolve({ renew: this.#wasAsked })
        .then(token)
        .then(resolve, reject)
        .finally(() => clearTimeout(timer));
    });
  }
}
