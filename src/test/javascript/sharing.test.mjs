// Several subscriptions on a socket, which the server moves along the log together.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, handlers, job, live, notes, settle, snapshot } from './fakes.mjs';
import { world } from './world.mjs';

/** Two that are live on one socket: jobs 1 and 2, and job 3. */
async function two() {
  const both = world();
  const [pair, one] = [notes(), notes()];
  both.stream.subscribe({ jobs: [job(1), job(2)] }, handlers(pair));
  both.stream.subscribe({ jobs: [job(3)] }, handlers(one));
  await settle();
  both.sockets.last.accept();
  both.sockets.last.say(snapshot('s1', 'c1', [1, 1], [2, 1]), live('s1'));
  both.sockets.last.say(snapshot('s2', 'c1', [3, 1]), live('s2'));
  both.sockets.last.heard();
  return { ...both, pair, one };
}

test('those without a job in common share a socket, and each gets its own', async () => {
  const { sockets, pair, one } = await two();

  sockets.last.say(event('c2', 1, 2), event('c3', 3, 2), event('c4', 2, 2));

  assert.equal(sockets.opened.length, 1);
  assert.deepEqual(pair.seen, ['snapshot c1', 'live', 'event c2', 'event c4']);
  assert.deepEqual(one.seen, ['snapshot c1', 'live', 'event c3']);
});

for (const [what, target] of Object.entries({
  'a job that another has too': { jobs: [job(9), job(3)] },
  'the tenant': { tenant: true },
  'a batch': { batch: job(7) },
})) {
  test(`whoever follows ${what} has a socket of its own`, async () => {
    const { stream, sockets } = await two();
    const told = notes();
    stream.subscribe(target, handlers(told));
    await settle();
    sockets.last.accept();
    sockets.last.say(snapshot('s1', 'c1', [3, 1]), live('s1'), event('c2', 3, 2));

    assert.equal(sockets.opened.length, 2);
    assert.deepEqual(told.seen, ['snapshot c1', 'live', 'event c2']);
  });
}

test('they join one after the other', async () => {
  const { stream, sockets } = world();
  stream.subscribe({ jobs: [job(1)] }, {});
  stream.subscribe({ jobs: [job(2)] }, {});
  await settle();
  sockets.last.accept();
  assert.equal(sockets.last.heard().length, 2);

  sockets.last.say(snapshot('s1', 'c1', [1, 1]));
  assert.equal(sockets.last.heard().length, 0);
  sockets.last.say(live('s1'));

  assert.deepEqual(sockets.last.heard(), [{ type: 'subscribe', id: 's2', jobs: [job(2)] }]);
});

test('each comes back from its own place', async () => {
  const { stream, sockets, time, pair, one } = await two();
  const late = notes();
  sockets.last.say(event('c7', 1, 2));
  stream.subscribe({ jobs: [job(4)], cursor: 'c3' }, handlers(late));
  // It is behind, and so is what the socket tells until it is live.
  sockets.last.say(event('c4', 4, 3), { type: 'heartbeat', cursor: 'c5', at: time.at() }, event('c8', 3, 2));
  sockets.last.cut();
  await time.pass(250);
  sockets.last.accept();
  sockets.last.say(live('s1'), live('s2'));

  assert.deepEqual(sockets.last.heard().slice(1).map(message => message.cursor), ['c7', 'c8', 'c4']);
  sockets.last.say(event('c6', 4, 4), event('c9', 2, 2), live('s3'));
  assert.deepEqual(late.seen, ['event c4', 'event c6', 'live']);
  assert.deepEqual(pair.seen.slice(2), ['event c7', 'live', 'event c9']);
  assert.deepEqual(one.seen.slice(2), ['event c8', 'live']);
});

test('a socket on which all are live tells the place of all', async () => {
  const { sockets, time } = await two();
  sockets.last.say({ type: 'heartbeat', cursor: 'c5', at: time.at() });
  sockets.last.cut();
  await time.pass(250);
  sockets.last.accept();
  sockets.last.say(live('s1'));

  assert.deepEqual(sockets.last.heard().slice(1).map(message => message.cursor), ['c5', 'c5']);
});

test('one that is closed while it joins does not confuse the others', async () => {
  const { stream, sockets, pair } = await two();
  const gone = stream.subscribe({ jobs: [job(4)] }, {});
  const next = notes();
  stream.subscribe({ jobs: [job(5)] }, handlers(next));
  sockets.last.heard();

  gone.close();
  assert.deepEqual(sockets.last.heard(), [{ type: 'unsubscribe', id: 's3' }]);
  sockets.last.say(snapshot('s3', 'c2', [4, 1]), event('c3', 4, 2), live('s3'), { type: 'unsubscribed', id: 's3' });

  assert.deepEqual(sockets.last.heard(), [{ type: 'subscribe', id: 's4', jobs: [job(5)] }]);
  sockets.last.say(snapshot('s4', 'c3', [5, 1]), live('s4'), event('c4', 5, 2), event('c5', 1, 2));
  assert.deepEqual(next.seen, ['snapshot c3', 'live', 'event c4']);
  assert.deepEqual(pair.seen.slice(2), ['event c5']);
});

test('a socket takes a hundred, the next ones have another', async () => {
  const { stream, sockets } = world();
  for (let n = 0; n <= 100; n++) {
    stream.subscribe({ jobs: [job(n)] }, {});
  }
  await settle();

  assert.equal(sockets.opened.length, 2);
});
