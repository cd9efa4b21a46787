// The HTTP side: the session of this page, and the calls that it makes.

/** Renewed this long before its token ends, so that no call meets an expired one. */
const RENEW_BEFORE_MS = 30_000;

let session = null;
let opening = null;

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
  return request(`/api/v1/jobs/${id}/outputs/${n}/link`, { method: 'POST', token });
}

async function keyed(path, options = {}) {
  const { api_key: token } = await openSession();
  return request(path, { ...options, token });
}

async function request(path, { method = 'GET', body, headers = {}, token } = {}) {
  const all = { Accept: 'application/json', ...headers };
  if (body !== undefined) {
    all['Content-Type'] = 'application/json';
  }
  if (token) {
    all.Authorization = `Bearer ${token}`;
  }
  const response = await fetch(path, {
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
