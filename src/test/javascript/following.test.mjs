// What an application is told, over one connection and over many.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, handlers, job, live, notes, settle, snapshot } from './fakes.mjs';
import { world } from './world.mjs';

test('a subscription is told the present, and then each event', async () => {
  const { stream, sockets } = world();
  const told = notes();
  stream.subscribe({ jobs: [job(1)], events: ['job.running'] }, handlers(told));
  await settle();
  sockets.last.accept();

  assert.equal(sockets.last.address, 'wss://a.example/api/v1/stream');
  assert.deepEqual(sockets.last.heard(), [
    { type: 'auth', token: 'token-1' },
    { type: 'subscribe', id: 's1', jobs: [job(1)], events: ['job.running'] },
  ]);

  sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'), event('c2', 1, 2));

  assert.deepEqual(told.seen, ['snapshot c1', 'live', 'event c2']);
});

test('an address may have a path of its own', async () => {
  const { stream, sockets } = world({ nodes: ['http://a.example:8080/video'] });
  stream.subscribe({ tenant: true }, {});
  await settle();

  assert.equal(sockets.last.address, 'ws://a.example:8080/video/api/v1/stream');
});

test('after a break it goes on at the next node, from where it was', async () => {
  const { stream, sockets, time } = world();
  const told = notes();
  const subscription = stream.subscribe({ tenant: true }, handlers(told));
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'), event('c2', 1, 2));
  sockets.last.cut(1001);
  await time.pass(250);

  assert.equal(sockets.last.address, 'wss://b.example/api/v1/stream');
  sockets.last.accept();
  assert.deepEqual(sockets.last.heard()[1], { type: 'subscribe', id: 's1', tenant: true, cursor: 'c2' });

  sockets.last.say(event('c3', 1, 3), live('s1'));

  assert.deepEqual(told.seen.slice(2), ['event c2', 'event c3', 'live']);
  assert.equal(subscription.cursor, 'c3');
});

test('a heartbeat moves the place to come back to', async () => {
  const { stream, sockets, time } = world();
  const subscription = stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1'), live('s1'), { type: 'heartbeat', cursor: 'c9', at: time.at() });

  assert.equal(subscription.cursor, 'c9');
});

test('an event that was told already is not told again', async () => {
  const { stream, sockets } = world();
  const told = notes();
  stream.subscribe({ tenant: true }, handlers(told));
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c5', [1, 3]), live('s1'));

  sockets.last.say(event('c4', 1, 3), event('c6', 1, 4), event('c6', 1, 4), event('c7', 2, 1));

  assert.deepEqual(told.seen.slice(2), ['event c6', 'event c7']);
});

test('a cursor that is no longer known ends in a new present', async () => {
  const { stream, sockets } = world();
  const told = notes();
  const subscription = stream.subscribe({ tenant: true, cursor: 'old' }, handlers(told));
  await settle();
  sockets.last.accept();
  sockets.last.say({ type: 'cursor_expired', id: 's1' });
  assert.equal(subscription.cursor, null);
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));

  assert.deepEqual(told.seen, ['expired', 'snapshot c1', 'live']);
});

test('a cursor of somebody else ends in a new present', async () => {
  const { stream, sockets } = world();
  const told = notes();
  stream.subscribe({ tenant: true, cursor: 'alien' }, handlers(told));
  await settle();
  sockets.last.accept();
  sockets.last.heard();
  sockets.last.say({ type: 'error', id: 's1', code: 'invalid-request', detail: 'No.', field: '/cursor' });

  assert.deepEqual(sockets.last.heard(), [{ type: 'subscribe', id: 's2', tenant: true }]);
  sockets.last.say(snapshot('s2', 'c1'), live('s2'));
  assert.deepEqual(told.seen, ['expired', 'snapshot c1', 'live']);
});

test('what is refused ends, and the others go on', async () => {
  const { stream, sockets } = world();
  const [good, bad] = [notes(), notes()];
  stream.subscribe({ jobs: [job(1)] }, handlers(good));
  const refused = stream.subscribe({ jobs: [job(9)] }, handlers(bad));
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'));
  sockets.last.say({ type: 'error', id: 's2', code: 'job-not-found', detail: 'No.', field: '/jobs' });
  sockets.last.say(event('c2', 1, 2));

  assert.deepEqual(bad.seen, ['error job-not-found']);
  assert.equal(refused.closed, true);
  assert.deepEqual(good.seen, ['snapshot c1', 'live', 'event c2']);
  assert.equal(stream.state, 'live');
});

test('what the server cannot read ends the one that said it', async () => {
  const { stream, sockets, time } = world();
  const [good, bad] = [notes(), notes()];
  stream.subscribe({ jobs: [job(1)] }, handlers(good));
  stream.subscribe({ jobs: [job(2)], events: ['job.dancing'] }, handlers(bad));
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'));
  sockets.last.say({ type: 'error', code: 'invalid-request', detail: 'No.' });
  sockets.last.cut(4400);
  await time.pass(250);
  sockets.last.accept();

  assert.deepEqual(bad.seen, ['error invalid-request']);
  assert.deepEqual(sockets.last.heard().slice(1), [
    { type: 'subscribe', id: 's1', jobs: [job(1)], cursor: 'c1' },
  ]);
});

test('trouble of the server is waited out', async () => {
  const { stream, sockets, time } = world();
  const told = notes();
  stream.subscribe({ tenant: true }, handlers(told));
  await settle();
  sockets.last.accept();
  sockets.last.say({ type: 'error', id: 's1', code: 'internal', detail: 'Sorry.' });
  assert.equal(stream.state, 'offline');
  await time.pass(250);
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));

  assert.deepEqual(told.seen, ['snapshot c1', 'live']);
});

test('a handler that fails harms no other', async () => {
  const { stream, sockets } = world();
  const uncaught = [];
  const listeners = process.rawListeners('uncaughtException');
  process.removeAllListeners('uncaughtException');
  process.on('uncaughtException', error => uncaught.push(error.message));
  const told = notes();
  const fails = () => { throw new Error('mine'); };
  stream.subscribe({ jobs: [job(1)] }, { onSnapshot: fails });
  stream.subscribe({ jobs: [job(2)] }, handlers(told));
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'), snapshot('s2', 'c1', [2, 1]), live('s2'));
  sockets.last.say(event('c2', 2, 2));
  await settle();
  process.removeAllListeners('uncaughtException');
  listeners.forEach(listener => process.on('uncaughtException', listener));

  assert.deepEqual(uncaught, ['mine']);
  assert.equal(told.seen.at(-1), 'event c2');
});

test('nothing is told after it was closed', async () => {
  const { stream, sockets } = world();
  const told = notes();
  const subscription = stream.subscribe({ jobs: [job(1)] }, handlers(told));
  stream.subscribe({ jobs: [job(2)] }, {});
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'), snapshot('s2', 'c1', [2, 1]), live('s2'));
  sockets.last.heard();

  subscription.close();
  sockets.last.say(event('c2', 1, 2));

  assert.deepEqual(sockets.last.heard(), [{ type: 'unsubscribe', id: 's1' }]);
  assert.deepEqual(told.seen, ['snapshot c1', 'live']);
});

test('a closed stream leaves nothing behind', async () => {
  const { stream, sockets, time } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept({ expires_at: time.at(600_000) });
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));

  stream.close();

  assert.equal(sockets.last.wasLeft, true);
  assert.equal(time.waiting, 0);
  assert.equal(stream.state, 'closed');
  assert.throws(() => stream.subscribe({ tenant: true }, {}), TypeError);
});

for (const [what, target] of Object.entries({
  nothing: {},
  both: { tenant: true, jobs: [job(1)] },
  'no jobs': { jobs: [] },
  'too many jobs': { jobs: Array.from({ length: 101 }, (_, n) => job(n)) },
  'a job that is no id': { jobs: ['one'] },
  'a misspelt name': { tenant: true, cursr: 'x' },
  'a tenant that is false': { tenant: false },
})) {
  test(`whoever asks for ${what} is told at once`, () => {
    assert.throws(() => world().stream.subscribe(target, {}), TypeError);
  });
}

for (const [what, options] of Object.entries({
  'no node': { nodes: [] },
  'a node that is none': { nodes: ['a.example'] },
  'no token': { token: 5 },
  'a misspelt name': { node: ['https://a.example'] },
  'no patience': { connectTimeoutMs: 0 },
  'a transport that is none': { transport: 'pigeon' },
})) {
  test(`a stream with ${what} is none`, () => {
    assert.throws(() => world(options), TypeError);
  });
}
