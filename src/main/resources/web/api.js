// The HTTP side: the session of this page, and the calls that it makes.

/** Renewed this long before its token ends, so that no call meets an expired one. */
const RENEW_BEFORE_MS = 30_000;

/** A node that does not answer within this time is taken for gone. */
const PATIENCE_MS = 10_000;

let session = null;
let opening = null;
let nodes = [location.origin];
let current = 0;

/** The address of the node that is used now. */
export const node = () => nodes[current];

/** All of them, as far as they are known. */
export const nodeList = () => nodes;

/** It has answered. */
export function useNode(address) {
  current = Math.max(0, nodes.indexOf(address));
}

/** Each of what this page asks may be asked twice, so another node may be asked after this one. */
function useNextNode() {
  current = (current + 1) % nodes.length;
}

function know(others) {
  const used = node();
  nodes = [location.origin, ...others.filter(other => other !== location.origin)];
  current = Math.max(0, nodes.indexOf(used));
}

export class Problem extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

/** { token, api_key, expires_at }: kept in memory only. */
export async function openSession() {
  if (session && Date.parse(session.expires_at) - Date.now() > RENEW_BEFORE_MS) {
    return session;
  }
  opening ??= request('/dev/session', { method: 'POST', body: {} }).finally(() => { opening = null; });
  session = await opening;
  know(session.nodes ?? []);
  return session;
}

/** The token was refused: the next call gets a new one. */
export function forgetSession() {
  session = null;
}

export const createJob = (job, idempotencyKey) =>
  keyed('/api/v1/jobs', { method: 'POST', body: job, headers: { 'Idempotency-Key': idempotencyKey } });

export const listJobs = () => keyed('/api/v1/jobs?limit=50');

export const getJob = id => keyed(`/api/v1/jobs/${id}`);

export const cancelJob = id => keyed(`/api/v1/jobs/${id}/cancel`, { method: 'POST' });

export const getCredits = () => keyed('/api/v1/credits');

/** A short-lived address for <video>, which cannot send a token itself. */
export async function linkOutput(id, n) {
  const { token } = await openSession();
  const { url } = await request(`/api/v1/jobs/${id}/outputs/${n}/link`, { method: 'POST', token });
  return { url: new URL(url, node()).href };
}

async function keyed(path, options = {}) {
  const { api_key: token } = await openSession();
  return request(path, { ...options, token });
}

/** Asks one node after the other, while they cannot be reached or are about to end. */
async function request(path, options) {
  for (let left = nodes.length - 1; ; left--) {
    try {
      return await requestOnce(path, options);
    } catch (failure) {
      const unreachable = !(failure instanceof Problem) || failure.status === 503;
      if (!unreachable || left <= 0) {
        throw failure instanceof Problem ? failure : new Problem(0, 'unreachable', 'Backlot does not answer. Try again in a moment.');
      }
      useNextNode();
    }
  }
}

async function requestOnce(path, { method = 'GET', body, headers = {}, token } = {}) {
  const all = { Accept: 'application/json', ...headers };
  if (body !== undefined) {
    all['Content-Type'] = 'application/json';
  }
  if (token) {
    all.Authorization = `Bearer ${token}`;
  }
  const response = await fetch(new URL(path, node()), {
    signal: AbortSignal.timeout(PATIENCE_MS),
    method,
    headers: all,
    body: body === undefined ? undefined : JSON.stringify(body),
    credentials: 'omit',
    cache: 'no-store',
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) {
    if (response.status === 401) {
      forgetSession();
    }
    throw new Problem(response.status, answer.code ?? 'unknown', answer.detail ?? `HTTP ${response.status}`);
  }
  return answer;
}
