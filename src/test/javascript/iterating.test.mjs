// A loop over what happens, and the bound of what waits for it.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, live, settle, snapshot } from './fakes.mjs';
import { world } from './world.mjs';

async function following(more) {
  const all = world(more);
  const subscription = all.stream.subscribe({ tenant: true });
  await settle();
  all.sockets.last.accept();
  return { ...all, subscription };
}

test('a loop sees what came before it and what comes', async () => {
  const { sockets, subscription } = await following();
  sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'));
  const types = [];
  for await (const message of subscription) {
    types.push(message.type);
    if (types.length === 2) {
      setImmediate(() => sockets.last.say(event('c2', 1, 2)));
    }
    if (types.length === 3) {
      break;
    }
  }

  assert.deepEqual(types, ['snapshot', 'live', 'event']);
  assert.equal(subscription.closed, true);
  assert.equal(sockets.last.wasLeft, true);
});

for (const [what, close] of Object.entries({
  subscription: ({ subscription }) => subscription.close(),
  stream: ({ stream }) => stream.close(),
})) {
  test(`a loop that waits ends when the ${what} is closed`, async () => {
    const all = await following();
    const loop = (async () => {
      for await (const message of all.subscription) {
        assert.fail(message.type);
      }
      return 'ended';
    })();
    await settle();
    close(all);

    assert.equal(await loop, 'ended');
  });
}

test('a loop is told why it ends', async () => {
  const { sockets, subscription, time } = await following();
  sockets.last.say(snapshot('s1', 'c1', [1, 1]), live('s1'));
  sockets.last.cut(4410);
  await time.pass(250);
  sockets.last.cut(4401);
  const seen = [];

  await assert.rejects(async () => {
    for await (const message of subscription) {
      seen.push(message.type);
    }
  }, { code: 'unauthenticated' });
  assert.deepEqual(seen, ['snapshot', 'live']);
});

test('the cursor is that of what the loop was given', async () => {
  const { sockets, subscription } = await following();
  sockets.last.say(snapshot('s1', 'c1', [1, 1]), event('c2', 1, 2), live('s1'));
  sockets.last.say({ type: 'heartbeat', cursor: 'c9', at: '2026-03-01T12:00:00Z' });
  const loop = subscription[Symbol.asyncIterator]();
  assert.equal(subscription.cursor, null);
  await loop.next();
  assert.equal(subscription.cursor, 'c1');
  await loop.next();

  assert.equal(subscription.cursor, 'c2');
});

test('a loop that is slow leaves the server at the bound and comes back from there', async () => {
  const { sockets, subscription } = await following({ bufferSize: 4 });
  sockets.opened[0].say(snapshot('s1', 'c1', [1, 1]), live('s1'), event('c2', 1, 2), event('c3', 1, 3));
  assert.equal(sockets.opened[0].wasLeft, true);
  sockets.opened[0].say(event('c4', 1, 4));
  const loop = subscription[Symbol.asyncIterator]();
  const seen = [(await loop.next()).value];
  await settle();
  assert.equal(sockets.opened.length, 1);
  seen.push((await loop.next()).value);
  await settle();

  assert.equal(sockets.opened.length, 2);
  sockets.last.accept();
  assert.deepEqual(sockets.last.heard()[1], { type: 'subscribe', id: 's1', tenant: true, cursor: 'c3' });
  sockets.last.say(event('c4', 1, 4), live('s1'));
  for (let n = 0; n < 3; n++) {
    seen.push((await loop.next()).value);
  }
  assert.deepEqual(seen.map(message => message.cursor ?? message.type), ['c1', 'live', 'c2', 'c3', 'c4']);
});

test('whoever has handlers is not iterated over', async () => {
  const { stream } = world();
  const subscription = stream.subscribe({ tenant: true }, {});

  await assert.rejects(subscription[Symbol.asyncIterator]().next(), TypeError);
});
