// Checked by the compiler, never run: what an application may write, and what it must not.

import {
  BacklotError,
  BacklotStream,
  JobEvent,
  Message,
  Snapshot,
  StreamState,
} from '../../main/resources/web/client/backlot.js';

const stream = new BacklotStream({
  nodes: ['https://a.example', 'https://b.example'],
  token: async ({ renew }) => (renew ? 'new' : 'old'),
  transport: 'auto',
  onState: (state: StreamState, node: string | null) => console.log(state, node),
  onError: error => console.log(error),
  WebSocket: globalThis.WebSocket,
  fetch: globalThis.fetch,
  random: Math.random,
  now: Date.now,
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
  clearTimeout: timer => globalThis.clearTimeout(timer),
});

const subscription = stream.subscribe(
  { jobs: ['01900000-0000-7000-8000-000000000001'], events: ['job.succeeded', 'job.failed'] },
  {
    onSnapshot: (snapshot: Snapshot) => snapshot.jobs.map(job => job.state === 'running'),
    onEvent: (event: JobEvent) => event.data.outputs?.map(output => output.n),
    onLive: () => undefined,
    onError: (error: BacklotError) => error.code,
  },
);
const kept: string | null = subscription.cursor;

async function follow(): Promise<void> {
  for await (const message of stream.subscribe({ tenant: true, cursor: kept })) {
    show(message);
  }
}

function show(message: Message): string | number | boolean {
  switch (message.type) {
    case 'snapshot':
      return message.complete;
    case 'event':
      return message.version;
    case 'live':
    case 'cursor_expired':
      return message.type;
  }
}

function never(): void {
  // @ts-expect-error one of them
  stream.subscribe({});
  // @ts-expect-error not both
  stream.subscribe({ tenant: true, batch: '01900000-0000-7000-8000-000000000001' });
  // @ts-expect-error there is no such state
  stream.subscribe({ tenant: true, events: ['job.dancing'] });
  // @ts-expect-error a token is needed
  new BacklotStream({ nodes: [] });
  // @ts-expect-error a misspelt name
  new BacklotStream({ nodes: [], token: '', node: '' });
  // @ts-expect-error it is told, not set
  subscription.cursor = 'x';
}

export { follow, never };
