// The token: asked for rarely, renewed in time, and refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BacklotError, world } from './world.mjs';
import { handlers, job, live, notes, settle, snapshot } from './fakes.mjs';

const JOB = job(1);

test('a token that is good is used again', async () => {
  const { stream, sockets, time, asked } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept({ expires_at: time.at(600_000) });
  sockets.last.cut();
  await time.pass(250);
  sockets.last.accept();

  assert.deepEqual(asked, [{ renew: false }]);
  assert.deepEqual(sockets.last.heard()[0], { type: 'auth', token: 'token-1' });
});

test('a token is renewed on the same socket before it ends', async () => {
  const { stream, sockets, time, asked } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept({ expires_at: time.at(600_000) });
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));
  sockets.last.heard();
  for (let minute = 0; minute < 26; minute++) {
    await time.pass(20_000);
    sockets.last.say({ type: 'heartbeat', cursor: 'c1', at: time.at() });
  }
  assert.equal(asked.length, 1);
  await time.pass(20_000);

  assert.deepEqual(asked[1], { renew: true });
  assert.deepEqual(sockets.last.heard(), [{ type: 'auth', token: 'token-2' }]);
  sockets.last.say({ type: 'ready', heartbeat_ms: 10_000, expires_at: time.at(600_000) });
  assert.equal(sockets.opened.length, 1);
  assert.equal(stream.state, 'live');
  assert.deepEqual(sockets.last.heard(), []);
});

test('a server that takes no second token on a socket gets it on another one', async () => {
  const { stream, sockets, time } = world();
  const told = notes();
  stream.subscribe({ tenant: true }, handlers(told));
  await settle();
  sockets.last.accept({ expires_at: time.at(20_000) });
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));
  await time.pass(16_000);
  sockets.last.say({ type: 'error', code: 'invalid-request', detail: 'auth is sent once.' });
  sockets.last.cut(4400);
  await time.pass(250);
  sockets.last.accept();

  assert.deepEqual(told.seen, ['snapshot c1', 'live']);
  assert.deepEqual(sockets.last.heard(), [
    { type: 'auth', token: 'token-2' },
    { type: 'subscribe', id: 's1', tenant: true, cursor: 'c1' },
  ]);
});

test('a clock that is wrong is put right by the heartbeats', async () => {
  const { stream, sockets, time, asked } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  const hour = 3_600_000;
  sockets.last.accept({ expires_at: time.at(hour + 100_000) });
  sockets.last.say({ type: 'heartbeat', cursor: null, at: time.at(hour) });
  await time.pass(20_000);
  sockets.last.say({ type: 'heartbeat', cursor: null, at: time.at(hour) });
  await time.pass(19_999);
  assert.equal(asked.length, 1);
  await time.pass(45_000);

  assert.equal(asked.length, 2);
});

test('a token that is never renewed in time is asked for again and again, but not in a loop', async () => {
  const { stream, sockets, time, problems, asked } = world({ token: why => {
    asked.push(why);
    if (why.renew) {
      throw new Error('the back end is away');
    }
    return 'token';
  } });
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept({ expires_at: time.at(20_000) });
  await time.pass(20_000);

  assert.ok(problems.length >= 3 && problems.length <= 15, String(problems.length));
});

for (const code of [4401, 4410]) {
  test(`after ${code} there is one new token, and the cursor is kept`, async () => {
    const { stream, sockets, time, asked } = world();
    stream.subscribe({ tenant: true }, {});
    await settle();
    sockets.last.accept();
    sockets.last.say(snapshot('s1', 'c1'), live('s1'));
    sockets.last.cut(code);
    await time.pass(250);
    sockets.last.accept();

    assert.deepEqual(asked, [{ renew: false }, { renew: true }]);
    assert.equal(sockets.last.address, 'wss://a.example/api/v1/stream');
    assert.deepEqual(sockets.last.heard(), [
      { type: 'auth', token: 'token-2' },
      { type: 'subscribe', id: 's1', tenant: true, cursor: 'c1' },
    ]);
  });
}

test('a second refusal is told, and nothing more is tried', async () => {
  const { stream, sockets, time, asked } = world();
  const told = notes();
  const subscription = stream.subscribe({ tenant: true }, handlers(told));
  await settle();
  sockets.last.cut(4401);
  await time.pass(250);
  sockets.last.cut(4401);
  await time.pass(60_000);

  assert.deepEqual(told.seen, ['error unauthenticated']);
  assert.equal(subscription.closed, true);
  assert.equal(stream.state, 'refused');
  assert.equal(asked.length, 2);
  assert.equal(sockets.opened.length, 2);
});

test('after a refusal a new subscription is a new beginning', async () => {
  const { stream, sockets, time } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.cut(4401);
  await time.pass(250);
  sockets.last.cut(4401);
  stream.subscribe({ tenant: true }, {});
  await settle();

  assert.equal(stream.state, 'connecting');
  assert.equal(sockets.opened.length, 3);
});

test('a token callback that fails is told, and asked again after a pause', async () => {
  const answers = [() => Promise.reject(new Error('away')), () => 'token'];
  const { stream, sockets, time, problems } = world({ token: () => answers.shift()() });
  stream.subscribe({ tenant: true }, {});
  await settle();
  assert.equal(stream.state, 'offline');
  assert.equal(problems[0].message, 'away');
  await time.pass(250);
  sockets.last.accept();

  assert.deepEqual(sockets.last.heard()[0], { type: 'auth', token: 'token' });
});

test('a token callback that never answers is not waited for', async () => {
  const { stream, time, problems } = world({ token: () => new Promise(() => {}) });
  stream.subscribe({ tenant: true }, {});
  await time.pass(30_000);

  assert.ok(problems[0] instanceof BacklotError);
  assert.equal(problems[0].code, 'no-token');
  assert.equal(stream.state, 'offline');
});

test('a token is asked for once, however many need it', async () => {
  const { stream, sockets, asked } = world();
  stream.subscribe({ tenant: true, cursor: 'c1' }, {});
  stream.subscribe({ tenant: true, cursor: 'c2' }, {});
  await settle();

  assert.equal(sockets.opened.length, 2);
  assert.equal(asked.length, 1);
});

test('a key in a text needs no callback', async () => {
  const { stream, sockets } = world({ token: 'blk_x_y' });
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept();

  assert.deepEqual(sockets.last.heard()[0], { type: 'auth', token: 'blk_x_y' });
});

test('a token is renewed when the server says that it ends, however late the timers are', async () => {
  const { stream, sockets, time, asked } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  const end = time.at(600_000);
  sockets.last.accept({ expires_at: end });
  sockets.last.heard();
  time.sleep(545_000);
  const expiring = { type: 'expiring', in_seconds: 55, expires_at: end };
  sockets.last.say(expiring, expiring);
  await settle();

  assert.deepEqual(asked[1], { renew: true });
  assert.deepEqual(sockets.last.heard(), [{ type: 'auth', token: 'token-2' }]);
  sockets.last.say({ type: 'ready', heartbeat_ms: 10_000, expires_at: time.at(600_000) }, expiring);
  await settle();
  assert.equal(asked.length, 2);
  assert.equal(sockets.opened.length, 1);
});

test('a renewal that was refused is told, and blamed on no subscription', async () => {
  const { stream, sockets, time, problems } = world();
  const told = notes();
  stream.subscribe({ jobs: [JOB] }, handlers(told));
  await settle();
  sockets.last.accept({ expires_at: time.at(20_000) });
  await time.pass(16_000);
  sockets.last.say({ type: 'error', about: 'auth', code: 'forbidden', detail: 'It covers less.' });
  sockets.last.cut(4400);
  await time.pass(250);
  sockets.last.accept();

  assert.deepEqual(problems.map(({ code }) => code), ['forbidden']);
  assert.deepEqual(told.seen, []);
  assert.equal(sockets.last.heard().at(-1).type, 'subscribe');
});

test('an older server that takes no second token fails no subscription that joins', async () => {
  const { stream, sockets, time } = world();
  const told = notes();
  stream.subscribe({ jobs: [JOB] }, handlers(told));
  await settle();
  sockets.last.accept({ expires_at: time.at(20_000) });
  await time.pass(16_000);
  sockets.last.say({ type: 'error', code: 'invalid-request', detail: 'auth is sent once.' });
  sockets.last.cut(4400);
  await time.pass(250);

  assert.equal(sockets.opened.length, 2);
  assert.deepEqual(told.seen, []);
});
