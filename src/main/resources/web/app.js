// Ties the form, the list and the live connection together.

import { cancelJob, createJob, getCredits, getJob, linkOutput, listJobs } from '/api.js';
import { isEnded, Jobs, nameOf, readable } from '/jobs.js';
import { Live } from '/live.js';

const find = name => document.querySelector(`[data-testid="${name}"]`);
const form = find('job-form');
const problem = find('problem');
const submit = find('submit');
const connection = find('connection');

const jobs = new Jobs(find('jobs'), { play, cancel });
const live = new Live();

/** A repeat of the same form after a lost answer is the same job. */
let attempt = null;

form.addEventListener('submit', async event => {
  event.preventDefault();
  const fields = new FormData(form);
  const prompt = fields.get('prompt').trim();
  form.elements.prompt.setAttribute('aria-invalid', String(!prompt));
  if (!prompt) {
    complain('Write a prompt first.');
    form.elements.prompt.focus();
    return;
  }
  const job = {
    kind: 'text2video',
    input: { model_name: fields.get('model'), prompt, mode: fields.get('mode'), duration: fields.get('duration') },
  };
  const body = JSON.stringify(job);
  if (attempt?.body !== body) {
    attempt = { body, key: crypto.randomUUID() };
  }
  submit.disabled = true;
  complain('');
  try {
    put(await createJob(job, attempt.key));
    attempt = null;
    refreshCredits();
  } catch (failure) {
    complain(failure.message);
  } finally {
    submit.disabled = false;
  }
});

live.addEventListener('state', ({ detail }) => {
  connection.dataset.state = detail;
  connection.dataset.node = live.node;
  connection.title = detail === 'live' ? `Connected to ${live.node}` : '';
  connection.querySelector('[data-part="text"]').textContent =
    { live: 'Live', connecting: 'Connecting', offline: 'Reconnecting' }[detail];
  if (detail === 'live') {
    refreshCredits();
  }
});

live.addEventListener('refused', ({ detail }) => {
  if (detail.status === 404) {
    complain('This page works in the development profile, on the machine that runs Backlot.');
  }
});

live.addEventListener('snapshot', ({ detail }) => {
  detail.forEach(put);
  loadRecent();
});

live.addEventListener('event', ({ detail: event }) => {
  const job = {
    ...event.data,
    id: event.job_id,
    version: event.version,
    state: event.event.replace(/^job\./, ''),
    updated_at: event.at,
  };
  if (job.state === 'running') {
    job.started_at = event.at;
  }
  if (isEnded(job.state)) {
    job.ended_at = event.at;
  }
  const moved = put(job);
  if (!jobs.get(job.id).input || isEnded(job.state)) {
    complete(job.id);
  }
  if (moved && isEnded(job.state)) {
    refreshCredits();
  }
  if (moved && job.state === 'succeeded') {
    play(job);
  }
});

/** Shows a job or a part of one. */
function put(job) {
  const moved = jobs.put(job);
  const shown = jobs.get(job.id);
  find('empty').hidden = true;
  find('job-count').textContent = jobs.running ? `${jobs.running} in progress` : '';
  if (moved && shown.input?.prompt) {
    find('announcer').textContent = `${nameOf(job.state)}: ${shown.input.prompt.slice(0, 80)}`;
  }
  return moved;
}

/** What events leave out: the caller's own input, and what was charged. */
async function complete(id) {
  try {
    put(await getJob(id));
  } catch {
    // The card shows what is known; the next event asks again.
  }
}

async function loadRecent() {
  try {
    const { items } = await listJobs();
    items.forEach(put);
    // Only now is it known that there are none.
    find('empty').hidden = jobs.size > 0;
  } catch (failure) {
    complain(failure.message);
  }
}

async function refreshCredits() {
  try {
    const { items } = await getCredits();
    const video = items.find(item => item.asset === 'video_unit') ?? items[0];
    if (video) {
      find('credits-available').textContent = readable(video.balance);
      find('credits-reserved').textContent = readable(video.reserved);
      find('credits-spent').textContent = readable(video.spent);
    }
  } catch {
    // An old figure is better than an error here; the next event asks again.
  }
}

/** A link plays for some minutes; one that has ended is replaced once. */
async function play(job, again = true) {
  try {
    const { url } = await linkOutput(job.id, job.outputs?.[0]?.n ?? 0);
    jobs.show(job.id, url, again ? () => play(job, false) : () => jobs.complain(job.id, 'The video cannot be played now.'));
  } catch (failure) {
    jobs.complain(job.id, failure.message);
  }
}

async function cancel(job) {
  try {
    put(await cancelJob(job.id));
  } catch (failure) {
    jobs.complain(job.id, failure.message);
  }
}

function complain(text) {
  problem.textContent = text;
  problem.hidden = !text;
}

live.start();
