import { call, handlersOf, HANDLERS, targetOf } from './settings.js';

/** Jobs whose versions are remembered; the one that has not moved for longest is forgotten first. */
const VERSIONS_MAX = 10_000;

/** What the application holds; beneath it, what is known of its jobs and what waits for it. */
export class Subscription {
  #core;
  #handlers;
  #jobs;
  #events;
  #versions = new Map();
  #queue = [];
  #wake = () => {};
  #isIterated = false;
  #isPaused = false;
  #hasEnded = false;
  #error = null;
  #cursor;

  connection = null;
  isLive = false;

  constructor(core, what, handlers) {
    const { cursor = null, ...wanted } = targetOf(what);
    this.#core = core;
    this.#handlers = handlers === undefined ? null : handlersOf(handlers);
    this.#jobs = wanted.jobs && new Set(wanted.jobs);
    this.#events = wanted.events && new Set(wanted.events);
    this.#cursor = cursor;
    this.what = wanted;
    /** How far the server has told us; null before the snapshot. */
    this.position = cursor;
  }

  /** How far the application has been told. */
  get cursor() {
    return this.#cursor;
  }

  get closed() {
    return this.#hasEnded;
  }

  close() {
    this.#queue = [];
    this.#end();
  }

  async *[Symbol.asyncIterator]() {
    if (this.#handlers !== null || this.#isIterated) {
      throw new TypeError('a subscription has handlers, or is iterated over once');
    }
    this.#isIterated = true;
    try {
      while (await this.#hasNext()) {
        yield this.#next();
      }
    } finally {
      this.close();
    }
  }

  /** Whether no event can be one of both. */
  isApartFrom(other) {
    const [mine, theirs] = [this.what.jobs, other.what.jobs];
    return mine !== undefined && theirs !== undefined && !theirs.some(job => this.#jobs.has(job));
  }

  wants(event) {
    return (this.#jobs?.has(event.job_id) ?? true) && (this.#events?.has(event.event) ?? true);
  }

  take(message) {
    switch (message.type) {
      case 'snapshot':
        this.position = message.cursor;
        this.#versions = new Map(message.jobs.map(job => [job.id, job.version]));
        break;
      case 'event':
        if (!this.#isNews(message)) {
          return;
        }
        this.position = message.cursor;
        break;
      case 'live':
        this.isLive = true;
        break;
      case 'cursor_expired':
        this.position = null;
        break;
    }
    this.#hand(message);
  }

  /** Nothing of ours is before this place that we were not told. */
  reach(cursor) {
    if (cursor !== null && this.position !== null) {
      this.position = cursor;
      if (this.#queue.length === 0) {
        this.#cursor = cursor;
      }
    }
  }

  fail(error) {
    this.#error = error;
    this.#end();
    call(this.#handlers?.onError, error);
  }

  /** Before its snapshot nothing is. */
  #isNews({ job_id: job, version }) {
    if (this.position === null || version <= this.#versions.get(job)) {
      return false;
    }
    this.#versions.delete(job);
    this.#versions.set(job, version);
    if (this.#versions.size > VERSIONS_MAX) {
      this.#versions.delete(this.#versions.keys().next().value);
    }
    return true;
  }

  #hand(message) {
    if (this.#hasEnded) {
      return;
    }
    if (this.#handlers !== null) {
      this.#cursor = this.position;
      call(this.#handlers[HANDLERS[message.type]], message);
      return;
    }
    this.#queue.push({ message, cursor: this.position });
    this.#wake();
    if (this.#queue.length >= this.#core.settings.bufferSize && this.position !== null) {
      this.#isPaused = true;
      this.connection?.remove(this);
    }
  }

  async #hasNext() {
    while (this.#queue.length === 0 && !this.#hasEnded) {
      await new Promise(resolve => {
        this.#wake = resolve;
      });
    }
    if (this.#queue.length === 0 && this.#error !== null) {
      throw this.#error;
    }
    return this.#queue.length > 0;
  }

  #next() {
    const { message, cursor } = this.#queue.shift();
    this.#cursor = cursor;
    if (this.#isPaused && !this.#hasEnded && this.#queue.length <= this.#core.settings.bufferSize / 2) {
      this.#isPaused = false;
      this.#core.attach(this);
    }
    return message;
  }

  #end() {
    this.#hasEnded = true;
    this.#core.leave(this);
    this.#wake();
  }
}
