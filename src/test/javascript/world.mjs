// The client under test, in a world of a test's own. BACKLOT_CLIENT is the file that nodes serve.

import { Requests, Sockets, Time } from './fakes.mjs';

export const { BacklotStream, BacklotError } = await import(process.env.BACKLOT_CLIENT);

/** A stream on two nodes; `more` are options that differ. */
export function world(more = {}) {
  const time = new Time();
  const sockets = new Sockets();
  const requests = new Requests();
  const states = [];
  const problems = [];
  const asked = [];
  const stream = new BacklotStream({
    nodes: ['https://a.example', 'https://b.example'],
    token: why => {
      asked.push(why);
      return `token-${asked.length}`;
    },
    WebSocket: sockets.WebSocket,
    fetch: requests.fetch,
    random: () => 0.5,
    now: time.now,
    setTimeout: time.setTimeout,
    clearTimeout: time.clearTimeout,
    onState: (state, node) => states.push(node === null ? state : `${state} ${new URL(node).host}`),
    onError: error => problems.push(error),
    ...more,
  });
  return { stream, time, sockets, requests, states, problems, asked };
}
