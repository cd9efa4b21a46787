// Several subscriptions on a socket, which the server moves along the log together.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, handlers, job, live, notes, settle, snapshot } from './fakes.mjs';
import { world } from './world.mjs';

/** Two that are live on one socket: the tenant, and job 1. */
async function two() {
  const both = world();
  const [tenant, one] = [notes(), notes()];
  both.stream.subscribe({ tenant: true }, handlers(tenant));
  both.stream.subscribe({ jobs: [job(1)] }, handlers(one));
  await settle();
  both.sockets.last.accept();
  both.sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'));
  both.sockets.last.say(snapshot('s2', 'c1', [1, 1]), live('s2'));
  return { ...both, tenant, one };
}

test('they share a socket, and each gets what it asked for', async () => {
  const { sockets, tenant, one } = await two();

  sockets.last.say(event('c2', 1, 2), event('c3', 2, 1));

  assert.equal(sockets.opened.length, 1);
  assert.deepEqual(tenant.seen, ['snapshot c1', 'live', 'event c2', 'event c3']);
  assert.deepEqual(one.seen, ['snapshot c1', 'live', 'event c2']);
});

test('a filter holds although the socket carries more', async () => {
  const { stream, sockets } = await two();
  const ends = notes();
  stream.subscribe({ tenant: true, events: ['job.succeeded'] }, handlers(ends));
  sockets.last.say(snapshot('s3', 'c1', [1, 1]), live('s3'));

  sockets.last.say(event('c2', 1, 2), event('c3', 1, 3, 'succeeded'));

  assert.deepEqual(ends.seen.slice(2), ['event c3']);
});

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

test('the past of one that joins is not told to those that had it', async () => {
  const { sockets, time, tenant, one } = await two();
  sockets.last.say(event('c2', 1, 2), event('c3', 2, 1));
  sockets.last.cut();
  await time.pass(250);
  sockets.last.accept();
  // The tenant was at c3, and so was job 1: the heartbeat of the socket goes for both.
  assert.deepEqual(sockets.last.heard()[1], { type: 'subscribe', id: 's1', tenant: true, cursor: 'c3' });
  sockets.last.say(event('c4', 1, 3), live('s1'));
  assert.deepEqual(sockets.last.heard()[0], { type: 'subscribe', id: 's2', jobs: [job(1)], cursor: 'c3' });
  sockets.last.say(event('c4', 1, 3), event('c5', 1, 4), live('s2'));

  assert.deepEqual(tenant.seen.slice(4), ['event c4', 'live', 'event c5']);
  assert.deepEqual(one.seen.slice(3), ['event c4', 'event c5', 'live']);
});

test('the place of one that joins is not taken for that of the others', async () => {
  const { stream, sockets, time } = await two();
  sockets.last.say(event('c9', 2, 1));
  stream.subscribe({ jobs: [job(3)] }, {});
  sockets.last.say(snapshot('s3', 'c9', [3, 1]), { type: 'heartbeat', cursor: 'c5', at: time.at() });
  sockets.last.cut();
  await time.pass(250);
  sockets.last.accept();

  assert.equal(sockets.last.heard()[1].cursor, 'c9');
});

test('a snapshot hides from its subscription what the others are told before it', async () => {
  const { stream, sockets, tenant } = await two();
  const late = notes();
  stream.subscribe({ tenant: true }, handlers(late));

  sockets.last.say(event('c2', 5, 4, 'succeeded'), snapshot('s3', 'c2'), live('s3'), event('c3', 6, 1));

  assert.deepEqual(tenant.seen.slice(2), ['event c2', 'event c3']);
  assert.deepEqual(late.seen, ['snapshot c2', 'live', 'event c3']);
});

test('one that is closed while it joins does not confuse the others', async () => {
  const { stream, sockets, tenant } = await two();
  const gone = stream.subscribe({ jobs: [job(3)] }, {});
  const next = notes();
  stream.subscribe({ jobs: [job(4)] }, handlers(next));
  sockets.last.heard();

  gone.close();
  assert.deepEqual(sockets.last.heard(), [{ type: 'unsubscribe', id: 's3' }]);
  sockets.last.say(snapshot('s3', 'c2', [3, 1]), event('c3', 3, 2), live('s3'), { type: 'unsubscribed', id: 's3' });

  assert.deepEqual(sockets.last.heard(), [{ type: 'subscribe', id: 's4', jobs: [job(4)] }]);
  sockets.last.say(snapshot('s4', 'c3', [4, 1]), live('s4'), event('c4', 4, 2));
  assert.deepEqual(next.seen, ['snapshot c3', 'live', 'event c4']);
  assert.deepEqual(tenant.seen.slice(2), ['event c3', 'event c4']);
});

test('one that must begin anew waits for those that go on', async () => {
  const { sockets, time, tenant, one } = await two();
  sockets.last.cut();
  await time.pass(250);
  sockets.last.accept();
  sockets.last.heard();
  sockets.last.say({ type: 'cursor_expired', id: 's1' });
  assert.deepEqual(sockets.last.heard(), [{ type: 'unsubscribe', id: 's1' }]);
  sockets.last.say(snapshot('s1', 'c7', [1, 5]), live('s1'));
  assert.deepEqual(sockets.last.heard(), [{ type: 'subscribe', id: 's2', jobs: [job(1)], cursor: 'c1' }]);
  sockets.last.say({ type: 'unsubscribed', id: 's1' }, event('c2', 1, 2), live('s2'));
  assert.deepEqual(sockets.last.heard(), [{ type: 'subscribe', id: 's3', tenant: true }]);
  sockets.last.say(snapshot('s3', 'c8', [1, 2]), live('s3'));

  assert.deepEqual(tenant.seen.slice(2), ['expired', 'snapshot c8', 'live']);
  assert.deepEqual(one.seen.slice(2), ['event c2', 'live']);
});

test('one that begins in the past, and a batch, have a socket of their own', async () => {
  const { stream, sockets } = await two();
  const past = notes();
  stream.subscribe({ tenant: true, cursor: 'c0' }, handlers(past));
  stream.subscribe({ batch: job(7) }, {});
  await settle();

  assert.equal(sockets.opened.length, 3);
  sockets.opened[1].accept();
  assert.deepEqual(sockets.opened[1].heard()[1], { type: 'subscribe', id: 's1', tenant: true, cursor: 'c0' });
  sockets.opened[2].accept();
  assert.deepEqual(sockets.opened[2].heard()[1], { type: 'subscribe', id: 's1', batch: job(7) });
});

test('a socket takes a hundred, the next ones have another', async () => {
  const { stream, sockets } = world();
  for (let n = 0; n <= 100; n++) {
    stream.subscribe({ jobs: [job(n)] }, {});
  }
  await settle();

  assert.equal(sockets.opened.length, 2);
});
