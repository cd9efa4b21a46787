// Follows what it is told to, and prints each message on a line. Words on its input: "take <n>" lets
// it take so many messages (where it began with `byHand`), "close" closes the stream.

import { createInterface } from 'node:readline';
import { WebSocket } from './socket.mjs';

const { BacklotStream } = await import(process.env.BACKLOT_CLIENT);
const { target, tokens, byHand = false, ...options } = JSON.parse(process.argv[2]);
const print = line => console.log(JSON.stringify(line));

const stream = new BacklotStream({
  WebSocket,
  backoffBaseMs: 50,
  backoffMaxMs: 500,
  token: ({ renew }) => {
    print({ type: 'asked', renew });
    return tokens.length > 1 ? tokens.shift() : tokens[0];
  },
  onState: (state, node) => print({ type: 'state', state, node, transport: stream.transport }),
  onError: error => print({ type: 'problem', detail: error.message }),
  ...options,
});

let allowed = byHand ? 0 : Infinity;
let wake = () => {};
createInterface({ input: process.stdin }).on('line', line => {
  const [word, count] = line.split(' ');
  if (word === 'take') {
    allowed += Number(count);
    wake();
  } else {
    stream.close();
    wake();
  }
}).on('close', () => process.exit());

const subscription = stream.subscribe(target);
try {
  for await (const message of subscription) {
    while (allowed <= 0 && !subscription.closed) {
      await new Promise(resolve => { wake = resolve; });
    }
    allowed--;
    print({ ...message, reached: subscription.cursor });
  }
  print({ type: 'ended' });
} catch (error) {
  print({ type: 'failed', code: error.code, detail: error.message });
}
