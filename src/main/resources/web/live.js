// The live side: the client that this node serves to everybody, with the session of this page.

import { forgetSession, nodeList, openSession, useNode } from '/api.js';
import { BacklotStream } from '/client/backlot.js';

/** After a session that was refused twice. */
const AGAIN_AFTER_MS = 15_000;

/**
 * Events: `state` (detail: connecting | live | offline), `snapshot` (detail: jobs), `event`
 * (detail: one event), `refused` (detail: why there is no session). Nothing is missed or repeated.
 */
export class Live extends EventTarget {
  #stream = new BacklotStream({
    nodes: nodeList,
    token: ({ renew }) => this.#token(renew),
    onState: state => this.#show(state),
    onError: problem => this.#tell('refused', problem),
  });

  /** The address in use. */
  get node() {
    return this.#stream.node;
  }

  start() {
    this.#stream.subscribe({ tenant: true }, {
      onSnapshot: ({ jobs }) => this.#tell('snapshot', jobs),
      onEvent: event => this.#tell('event', event),
      onError: () => setTimeout(() => this.start(), AGAIN_AFTER_MS),
    });
  }

  async #token(renew) {
    if (renew) {
      forgetSession();
    }
    return (await openSession()).token;
  }

  #show(state) {
    if (state === 'live') {
      useNode(this.node);
    }
    this.#tell('state', ['live', 'connecting'].includes(state) ? state : 'offline');
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
