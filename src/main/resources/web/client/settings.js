// What an application may say, and what holds where it says nothing.

const NODES_MAX = 100;
const JOBS_MAX = 100;
const EVENTS_MAX = 20;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const DEFAULTS = {
  nodes: undefined,
  token: undefined,
  transport: 'auto',
  webSocketAttempts: 3,
  // A browser opens six connections to one host over HTTP/1.1; the page needs one for itself.
  requestsMax: globalThis.document === undefined ? 100 : 5,
  bufferSize: 1_000,
  connectTimeoutMs: 10_000,
  tokenTimeoutMs: 30_000,
  backoffBaseMs: 250,
  backoffMaxMs: 15_000,
  stableAfterMs: 10_000,
  onState: undefined,
  onError: undefined,
  WebSocket: globalThis.WebSocket,
  fetch: (...request) => globalThis.fetch(...request),
  random: () => Math.random(),
  now: () => Date.now(),
  setTimeout: (callback, ms) => globalThis.setTimeout(callback, ms),
  clearTimeout: timer => globalThis.clearTimeout(timer),
};

/** The handler of each kind of message. */
export const HANDLERS = {
  snapshot: 'onSnapshot',
  event: 'onEvent',
  live: 'onLive',
  cursor_expired: 'onCursorExpired',
};

export function settingsOf(options) {
  refuseUnknown(options, Object.keys(DEFAULTS));
  const settings = { ...DEFAULTS, ...without(undefined, options) };
  const { token, transport, nodes } = settings;
  insist(isText(token) || typeof token === 'function', 'token is a function that gives a token');
  insist(['auto', 'websocket', 'sse'].includes(transport), 'transport is auto, websocket or sse');
  insist(transport !== 'websocket' || settings.WebSocket, 'there is no WebSocket here');
  for (const name of Object.keys(DEFAULTS).filter(name => typeof DEFAULTS[name] === 'number')) {
    insist(Number.isInteger(settings[name]) && settings[name] > 0, `${name} is a whole number above 0`);
  }
  if (typeof nodes !== 'function') {
    nodesOf(nodes);
  }
  return settings;
}

/** Asked again for each attempt where it is a function: a fleet changes. */
export function nodesOf(given) {
  const nodes = typeof given === 'function' ? given() : given;
  const isAddress = node => isText(node) && /^https?:\/\//.test(node);
  insist(isList(nodes, NODES_MAX, isAddress), 'nodes are addresses such as https://a.example');
  return nodes;
}

/** Not left to the server: what it cannot read closes a socket that others share. */
export function targetOf(what) {
  refuseUnknown(what, ['jobs', 'batch', 'tenant', 'events', 'cursor']);
  const target = without(null, without(undefined, what));
  const { jobs, batch, tenant, events, cursor } = target;
  const isId = id => isText(id) && UUID.test(id);
  insist([jobs, batch, tenant].filter(each => each !== undefined).length === 1, 'name jobs, a batch or the tenant');
  insist(jobs === undefined || isList(jobs, JOBS_MAX, isId), `jobs are 1 to ${JOBS_MAX} ids`);
  insist(batch === undefined || isId(batch), 'batch is an id');
  insist(tenant === undefined || tenant === true, 'tenant is true or left out');
  insist(events === undefined || isList(events, EVENTS_MAX, isText), 'events are names such as job.succeeded');
  insist(cursor === undefined || isText(cursor), 'cursor is one that was given before');
  return target;
}

export function handlersOf(handlers) {
  refuseUnknown(handlers, [...Object.values(HANDLERS), 'onError']);
  return handlers;
}

/** The handlers of an application may fail: that is told as an uncaught error, and harms nobody. */
export function call(handler, ...values) {
  try {
    handler?.(...values);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function without(gap, given) {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== gap));
}

const isText = value => typeof value === 'string' && value !== '';

const isList = (list, max, isEntry) =>
  Array.isArray(list) && list.length > 0 && list.length <= max && list.every(isEntry);

/** A misspelt name must not pass unnoticed. */
function refuseUnknown(given, known) {
  insist(typeof given === 'object' && given !== null, 'an object is wanted');
  const unknown = Object.keys(given).find(name => !known.includes(name));
  insist(unknown === undefined, `${unknown} is not one of ${known.join(', ')}`);
}

function insist(holds, rule) {
  if (!holds) {
    throw new TypeError(rule);
  }
}
