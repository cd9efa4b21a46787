// Breaks, pauses, silence.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { live, settle, snapshot } from './fakes.mjs';
import { world } from './world.mjs';

/** Cuts every socket as soon as it is open, and answers the pauses before the next ones. */
async function pauses(count, more) {
  const { stream, sockets, time } = world(more);
  stream.subscribe({ tenant: true }, {});
  await settle();
  const pauses = [];
  for (let n = 0; n < count; n++) {
    sockets.last.cut();
    pauses.push(time.asked.at(-1));
    await time.pass(pauses.at(-1));
  }
  return pauses;
}

test('the pauses double up to a bound', async () => {
  const ceilings = await pauses(9, { random: () => 1, transport: 'websocket' });

  assert.deepEqual(ceilings, [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000, 15_000]);
});

test('a pause is anything between nothing and its bound', async () => {
  const dice = [0, 0.999, 0.25];
  const random = () => dice.shift();

  assert.deepEqual(await pauses(3, { random, transport: 'websocket' }), [0, 0.999 * 500, 250]);
});

test('the pauses stay below their bounds with any dice', async () => {
  const bounds = [250, 500, 1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
  for (let round = 0; round < 20; round++) {
    const some = await pauses(bounds.length, { random: Math.random, transport: 'websocket' });
    some.forEach((pause, n) => assert.ok(pause >= 0 && pause < bounds[n], `${pause} of ${bounds[n]}`));
  }
});

test('the pauses begin anew after a connection that lasted', async () => {
  const { stream, sockets, time } = world({ random: () => 1 });
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.cut();
  await time.pass(250);
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));
  await time.pass(9_999);
  sockets.last.cut();
  assert.equal(time.asked.at(-1), 500);
  await time.pass(500);
  sockets.last.accept();
  sockets.last.say(live('s1'));
  await time.pass(10_000);
  sockets.last.cut();

  assert.equal(time.asked.at(-1), 250);
});

test('the nodes are tried in turn', async () => {
  const { stream, sockets, time } = world({ nodes: ['https://a', 'https://b', 'https://c'], transport: 'websocket' });
  stream.subscribe({ tenant: true }, {});
  await settle();
  for (let n = 0; n < 3; n++) {
    sockets.last.cut();
    await time.pass(time.asked.at(-1));
  }

  assert.deepEqual(sockets.opened.map(socket => new URL(socket.address).host), ['a', 'b', 'c', 'a']);
});

test('the nodes may change', async () => {
  let nodes = ['https://a'];
  const { stream, sockets, time } = world({ nodes: () => nodes });
  stream.subscribe({ tenant: true }, {});
  await settle();
  nodes = ['https://c', 'https://d'];
  sockets.last.cut();
  await time.pass(250);

  assert.equal(new URL(sockets.last.address).host, 'd');
});

test('a node that does not answer is left', async () => {
  const { stream, sockets, time } = world();
  stream.subscribe({ tenant: true }, {});
  await time.pass(9_999);
  assert.equal(sockets.last.wasLeft, undefined);
  await time.pass(1);

  assert.equal(sockets.last.wasLeft, true);
  assert.equal(stream.state, 'offline');
});

test('a connection that is silent for two and a half heartbeats is left', async () => {
  const { stream, sockets, time } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));
  await time.pass(24_000);
  sockets.last.say({ type: 'heartbeat', cursor: 'c2', at: time.at() });
  await time.pass(24_999);
  assert.equal(stream.state, 'live');
  await time.pass(1);

  assert.equal(stream.state, 'offline');
  assert.equal(sockets.last.wasLeft, true);
});

test('a machine that slept does not trust its socket', async () => {
  const { stream, sockets, time } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));
  time.sleep(3_600_000);

  stream.reconnect();
  await settle();

  assert.equal(sockets.opened.length, 2);
  sockets.last.accept();
  assert.equal(sockets.last.heard()[1].cursor, 'c1');
});

test('a socket that is well is left alone when somebody hurries', async () => {
  const { stream, sockets } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept();

  stream.reconnect();
  await settle();

  assert.equal(sockets.opened.length, 1);
});

test('a pause ends when somebody hurries, and only one attempt follows', async () => {
  const { stream, sockets, time } = world({ random: () => 1 });
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.cut();
  stream.reconnect();
  stream.reconnect();
  await time.pass(9_000);

  assert.equal(sockets.opened.length, 2);
});

test('what is no message ends the connection', async () => {
  const { stream, sockets } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept();
  sockets.last.onmessage({ data: '<html>' });

  assert.equal(stream.state, 'offline');
});

test('a light shows how it stands', async () => {
  const { stream, sockets, states, time } = world();
  const subscription = stream.subscribe({ tenant: true }, {});
  await settle();
  sockets.last.accept();
  sockets.last.say(snapshot('s1', 'c1'), live('s1'));
  sockets.last.cut();
  await time.pass(250);
  subscription.close();
  stream.close();

  assert.deepEqual(states, [
    'connecting',
    'connecting a.example',
    'live a.example',
    'offline a.example',
    'connecting a.example',
    'connecting b.example',
    'idle',
    'closed',
  ]);
});
