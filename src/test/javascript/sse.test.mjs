// Server-sent events: asked for, or where no socket opens.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { event, handlers, job, live, notes, settle, snapshot } from './fakes.mjs';
import { world } from './world.mjs';

async function following(what = { tenant: true }, more = {}) {
  const all = world({ transport: 'sse', ...more });
  const told = notes();
  const subscription = all.stream.subscribe(what, handlers(told));
  await settle();
  return { ...all, told, subscription };
}

test('a request says what is wanted, and carries the token in its header', async () => {
  const { requests } = await following({ jobs: [job(1), job(2)], events: ['job.failed'] });

  const { address, headers } = requests.last;
  assert.equal(address.origin + address.pathname, 'https://a.example/api/v1/stream');
  assert.equal(address.search, `?jobs=${job(1)},${job(2)}&events=job.failed`);
  assert.equal(headers.Authorization, 'Bearer token-1');
  assert.equal(headers.Accept, 'text/event-stream');
  assert.equal(requests.last.credentials, 'omit');
});

test('messages are the same as on a socket, and so is coming back', async () => {
  const { requests, told, time, stream } = await following();
  requests.last.accept();
  requests.last.say(snapshot('sse', 'c1', [1, 1]), live('sse'), event('c2', 1, 2));
  await settle();
  assert.equal(stream.state, 'live');
  requests.last.end();
  await time.pass(250);

  assert.equal(requests.asked.length, 2);
  assert.equal(requests.last.address.host, 'b.example');
  assert.equal(requests.last.headers['Last-Event-ID'], 'c2');
  requests.last.accept();
  requests.last.say(event('c3', 1, 3), live('sse'));
  await settle();
  assert.deepEqual(told.seen, ['snapshot c1', 'live', 'event c2', 'event c3', 'live']);
});

test('a body may be cut anywhere, and its lines may end in any way', async () => {
  for (const end of ['\n', '\r\n', '\r']) {
    const { requests, told } = await following();
    requests.last.accept();
    // A message over two lines of data is joined by a line end, which JSON does not mind.
    const first = JSON.stringify(snapshot('sse', 'ü1', [1, 1]));
    const at = first.indexOf(',') + 1;
    const lines = [': a comment', 'retry: 5', `data: ${first.slice(0, at)}`, `data: ${first.slice(at)}`, ''];
    lines.push('id: ü2', `data:${JSON.stringify(event('ü2', 1, 2))}`, '', ': end', '');
    for (const byte of new TextEncoder().encode(lines.join(end))) {
      requests.last.write(Uint8Array.of(byte));
    }
    await settle();

    assert.deepEqual(told.seen, ['snapshot ü1', 'event ü2'], JSON.stringify(end));
  }
});

test('a request that is silent is left', async () => {
  const { requests, time, stream } = await following();
  requests.last.accept();
  await time.pass(25_000);

  assert.equal(requests.asked[0].signal.aborted, true);
  assert.equal(stream.state, 'offline');
});

test('one silent request among several is noticed', async () => {
  const { stream, requests, time } = await following();
  stream.subscribe({ jobs: [job(1)] }, {});
  await settle();
  requests.asked.forEach(request => request.accept());
  await time.pass(13_000);
  requests.asked[0].say({ type: 'heartbeat', cursor: 'c1', at: time.at() });
  await time.pass(12_000);

  assert.equal(stream.state, 'offline');
});

test('a request whose time is up is followed by another at once', async () => {
  const { requests, told, stream, states } = await following();
  requests.last.accept();
  requests.last.say(snapshot('sse', 'c1'), live('sse'), { type: 'resync', cursor: 'c4', reason: 'lifetime' });
  await settle();

  assert.equal(requests.asked.length, 2);
  assert.equal(requests.last.headers['Last-Event-ID'], 'c4');
  requests.last.accept();
  requests.last.say(event('c5', 1, 1), live('sse'));
  await settle();
  assert.deepEqual(told.seen, ['snapshot c1', 'live', 'event c5', 'live']);
  assert.equal(stream.state, 'live');
  assert.equal(states.filter(state => state.startsWith('offline')).length, 0);
});

test('a cursor of somebody else ends in a new present', async () => {
  const { requests, told } = await following({ tenant: true, cursor: 'alien' });
  requests.last.refuse(400, { code: 'invalid-request', detail: 'No.', field: 'query:cursor' });
  await settle();

  assert.equal(requests.last.headers['Last-Event-ID'], undefined);
  requests.last.accept();
  requests.last.say(snapshot('sse', 'c1'), live('sse'));
  await settle();
  assert.deepEqual(told.seen, ['expired', 'snapshot c1', 'live']);
});

test('a new token means a new request, from where the old one was', async () => {
  const { requests, time, told, stream } = await following();
  requests.last.accept();
  requests.last.say({ type: 'ready', heartbeat_ms: 60_000, expires_at: time.at(100_000) });
  requests.last.say(snapshot('sse', 'c1'), live('sse'));
  await settle();
  await time.pass(80_000);

  assert.equal(requests.asked.length, 2);
  assert.equal(requests.last.headers.Authorization, 'Bearer token-2');
  assert.equal(requests.last.headers['Last-Event-ID'], 'c1');
  assert.equal(requests.last.address.host, 'a.example');
  assert.equal(stream.state, 'live');
  requests.last.accept();
  requests.last.say(live('sse'), event('c2', 1, 1));
  await settle();
  assert.deepEqual(told.seen, ['snapshot c1', 'live', 'live', 'event c2']);
});

test('a refused token is replaced once', async () => {
  const { requests, time, told, stream } = await following();
  requests.last.refuse(401, { code: 'unauthenticated', detail: 'No.' });
  await time.pass(250);
  assert.equal(requests.last.headers.Authorization, 'Bearer token-2');
  requests.last.refuse(401, { code: 'unauthenticated', detail: 'No.' });
  await time.pass(60_000);

  assert.deepEqual(told.seen, ['error unauthenticated']);
  assert.equal(stream.state, 'refused');
  assert.equal(requests.asked.length, 2);
});

test('a token that ends meanwhile is replaced', async () => {
  const { requests, time, asked } = await following();
  requests.last.accept();
  requests.last.say(snapshot('sse', 'c1'), live('sse'), { type: 'error', code: 'unauthenticated', detail: 'Over.' });
  await time.pass(250);

  assert.equal(asked.length, 2);
  assert.equal(requests.last.headers['Last-Event-ID'], 'c1');
});

test('a problem of the request ends the subscription', async () => {
  const { requests, told, subscription } = await following({ jobs: [job(9)] });
  requests.last.refuse(404, { code: 'job-not-found', detail: 'No.' });
  await settle();

  assert.deepEqual(told.seen, ['error job-not-found']);
  assert.equal(subscription.closed, true);
});

for (const [status, body] of [[503, { code: 'overloaded' }], [429, { code: 'rate-limited' }], [404, '<html>'], [200, 'oops']]) {
  test(`an answer ${status} ${JSON.stringify(body)} is waited out`, async () => {
    const { requests, time, told } = await following();
    requests.last.refuse(status, body);
    await time.pass(250);

    assert.equal(requests.asked.length, 2);
    assert.deepEqual(told.seen, []);
  });
}

test('three sockets that do not open make it fall back', async () => {
  const { stream, sockets, requests, time } = world();
  const told = notes();
  stream.subscribe({ tenant: true }, handlers(told));
  await settle();
  for (let n = 0; n < 3; n++) {
    sockets.last.cut();
    await time.pass(1_000);
  }

  assert.equal(sockets.opened.length, 3);
  assert.equal(requests.asked.length, 1);
  assert.equal(stream.transport, 'sse');
  requests.last.accept();
  requests.last.say(snapshot('sse', 'c1'), live('sse'));
  await settle();
  assert.deepEqual(told.seen, ['snapshot c1', 'live']);
});

test('sockets that opened do not count', async () => {
  const { stream, sockets, requests, time } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  for (let n = 0; n < 6; n++) {
    sockets.last.accept();
    sockets.last.cut(1013);
    await time.pass(time.asked.at(-1));
  }

  assert.equal(requests.asked.length, 0);
});

test('after server-sent events a socket has its chance again', async () => {
  const { stream, sockets, requests, time } = world();
  stream.subscribe({ tenant: true }, {});
  await settle();
  for (let n = 0; n < 3; n++) {
    sockets.last.cut();
    await time.pass(1_000);
  }
  requests.last.accept();
  requests.last.say(snapshot('sse', 'c1'), live('sse'));
  await settle();
  requests.last.end();
  await time.pass(1_000);

  assert.equal(sockets.opened.length, 4);
  sockets.last.cut();
  await time.pass(2_000);
  assert.equal(requests.asked.length, 2);
});

test('where there is no WebSocket it is not asked for', async () => {
  const { stream, requests } = world({ WebSocket: null });
  stream.subscribe({ tenant: true }, {});
  await settle();

  assert.equal(requests.asked.length, 1);
});

test('several on one stream have a request each, and one that ends leaves the others', async () => {
  const { stream, requests } = await following();
  const second = stream.subscribe({ jobs: [job(1)] }, {});
  await settle();
  assert.equal(requests.asked.length, 2);
  second.close();

  assert.deepEqual(requests.asked.map(request => request.signal.aborted), [false, true]);
});

test('of many subscriptions few are requests at a time, and the others wait for their turn', async () => {
  const { stream, requests, time, problems, subscription } = await following({ tenant: true }, { requestsMax: 2 });
  const told = notes();
  stream.subscribe({ batch: job(1) }, {});
  stream.subscribe({ batch: job(2) }, handlers(told));
  stream.subscribe({ jobs: [job(3)] }, {}).close();
  await settle();
  assert.equal(requests.asked.length, 2);
  requests.asked.forEach(request => request.accept());
  for (let beat = 0; beat < 4; beat++) {
    await time.pass(10_000);
    requests.asked.forEach(request => request.say({ type: 'heartbeat', cursor: 'c1', at: time.at() }));
  }
  assert.deepEqual([...new Set(problems.map(({ code }) => code))], ['too-many-requests']);
  assert.equal(requests.asked.length, 2, 'nothing was torn down for the one that waits');

  subscription.close();
  await settle();

  assert.equal(requests.last.address.search, `?batch=${job(2)}`);
  requests.last.accept();
  requests.last.say(snapshot('sse', 'c5'), live('sse'));
  await settle();
  assert.deepEqual(told.seen, ['snapshot c5', 'live']);
});
