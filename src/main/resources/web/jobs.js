// The jobs: what is known of each, and its card.

const STEPS = [
  ['queued', 'Queued'],
  ['submitting', 'Sending'],
  ['running', 'Rendering'],
  ['succeeded', 'Ready'],
];
const NAMES = {
  queued: 'Queued',
  held: 'On hold',
  submitting: 'Sending',
  running: 'Rendering',
  storing: 'Storing',
  succeeded: 'Ready',
  failed: 'Failed',
  canceled: 'Canceled',
  expired: 'Expired',
};
/** A job that ends early stops at the step that it had reached. */
const STEP_OF = { queued: 0, held: 0, submitting: 1, running: 2, storing: 2, succeeded: 3 };
const ENDED = new Set(['succeeded', 'failed', 'canceled', 'expired']);

export const isEnded = state => ENDED.has(state);
export const nameOf = state => NAMES[state] ?? state;

/** All jobs by id; an older version never replaces a newer one, whichever way it came. */
export class Jobs {
  #byId = new Map();
  #list;
  #actions;

  /** actions: { play(job), cancel(job) } */
  constructor(list, actions) {
    this.#list = list;
    this.#actions = actions;
    setInterval(() => this.#tick(), 1_000);
  }

  get size() {
    return this.#byId.size;
  }

  get running() {
    return [...this.#byId.values()].filter(({ job }) => !isEnded(job.state)).length;
  }

  has(id) {
    return this.#byId.has(id);
  }

  get(id) {
    return this.#byId.get(id)?.job;
  }

  /** A job or a part of one. Answers whether its state is news. */
  put(part) {
    const known = this.#byId.get(part.id);
    if (known && known.job.version > part.version) {
      fillGaps(known.job, part);
      draw(known, this.#actions);
      return false;
    }
    const moved = !known || known.job.state !== part.state;
    const entry = known ?? { job: {}, card: newCard(part.id), reached: 0 };
    entry.job = { ...entry.job, ...part };
    entry.reached = Math.max(entry.job.started_at ? 2 : 0, STEP_OF[part.state] ?? entry.reached);
    if (!known) {
      this.#byId.set(part.id, entry);
      this.#place(entry);
    }
    draw(entry, this.#actions);
    return moved;
  }

  /** Shows the result of a job. */
  show(id, url, onError) {
    const entry = this.#byId.get(id);
    const video = entry?.card.video;
    if (!video) {
      return;
    }
    video.onerror = onError;
    video.src = url;
    video.hidden = false;
    draw(entry, this.#actions);
  }

  complain(id, text) {
    const entry = this.#byId.get(id);
    if (entry) {
      entry.card.problem.textContent = text;
      entry.card.problem.hidden = false;
    }
  }

  /** Newest first; ids rise with time. */
  #place(entry) {
    const next = [...this.#list.children].find(card => card.dataset.jobId < entry.job.id);
    this.#list.insertBefore(entry.card.root, next ?? null);
  }

  #tick() {
    for (const entry of this.#byId.values()) {
      if (!isEnded(entry.job.state)) {
        drawMeta(entry);
      }
    }
  }
}

function fillGaps(job, part) {
  for (const [name, value] of Object.entries(part)) {
    job[name] ??= value;
  }
}

function newCard(id) {
  const root = element('li', { className: 'job' });
  root.dataset.testid = 'job-card';
  root.dataset.jobId = id;
  const title = element('h3', { className: 'job-title', id: `t-${id}` });
  root.setAttribute('aria-labelledby', title.id);
  const meta = element('p', { className: 'job-meta' });
  const state = element('span', { className: 'state' });
  state.dataset.testid = 'job-state';
  const steps = element('ol', { className: 'steps' });
  steps.setAttribute('aria-hidden', 'true');
  for (const [, name] of STEPS) {
    steps.append(element('li', { textContent: name }));
  }
  const problem = element('p', { className: 'problem', hidden: true });
  problem.dataset.testid = 'job-problem';
  const video = element('video', { controls: true, muted: true, playsInline: true, preload: 'metadata', hidden: true });
  video.dataset.testid = 'job-video';
  const play = element('button', { className: 'quiet', type: 'button', textContent: 'Show video', hidden: true });
  play.dataset.testid = 'job-play';
  const cancel = element('button', { className: 'quiet', type: 'button', textContent: 'Cancel', hidden: true });
  cancel.dataset.testid = 'job-cancel';
  const words = element('div', {});
  words.style.setProperty('flex', '1');
  words.style.setProperty('min-width', '0');
  words.append(title, meta);
  const head = element('div', { className: 'job-head' });
  head.append(words, state);
  const foot = element('div', { className: 'job-foot' });
  foot.append(play, cancel);
  root.append(head, steps, problem, video, foot);
  return { root, title, meta, state, steps, problem, video, play, cancel, foot };
}

function draw(entry, actions) {
  const { job, card } = entry;
  const ended = isEnded(job.state);
  card.root.dataset.state = job.state;
  card.root.dataset.ended = String(ended);
  card.title.textContent = job.input?.prompt ?? `Job ${job.id.slice(-12)}`;
  card.state.textContent = job.cancel_requested && !ended ? 'Canceling' : nameOf(job.state);
  drawSteps(entry);
  drawMeta(entry);
  card.problem.textContent = job.error?.detail ?? '';
  card.problem.hidden = !job.error;
  card.cancel.hidden = ended || Boolean(job.cancel_requested);
  card.cancel.onclick = () => actions.cancel(job);
  card.cancel.setAttribute('aria-describedby', card.title.id);
  card.play.hidden = job.state !== 'succeeded' || !job.outputs?.some((output) => output.type !== 'element') || !card.video.hidden;
  card.play.onclick = () => actions.play(job);
  card.play.setAttribute('aria-describedby', card.title.id);
  card.video.setAttribute('aria-label', `Result: ${card.title.textContent}`);
  card.foot.hidden = card.play.hidden && card.cancel.hidden;
}

function drawSteps({ job, card, reached }) {
  [...card.steps.children].forEach((step, index) => {
    step.className = index < reached ? 'done' : index === reached ? 'now' : '';
    step.textContent = index === reached && isEnded(job.state) ? nameOf(job.state) : STEPS[index][1];
  });
}

function drawMeta({ job, card }) {
  const parts = [];
  if (job.model) {
    parts.push(job.model);
  }
  if (job.input?.mode) {
    parts.push(job.input.mode);
  }
  if (job.input?.duration) {
    parts.push(`${job.input.duration} s`);
  }
  if (job.charged != null || job.cost != null) {
    parts.push(job.charged != null ? units(job.charged) : `up to ${units(job.cost)}`);
  }
  if (job.accepted_at) {
    const end = isEnded(job.state) ? Date.parse(job.ended_at ?? job.updated_at) : Date.now();
    parts.push(elapsed(end - Date.parse(job.accepted_at)));
  }
  card.meta.textContent = parts.join('  ·  ');
}

function units(amount) {
  return `${readable(amount)} ${Number(amount) === 1 ? 'unit' : 'units'}`;
}

/** "1250.500000" reads better as "1,250.5". The text is kept: amounts are exact, numbers are not. */
export function readable(amount) {
  const [whole, part = ''] = String(amount).split('.');
  const fraction = part.replace(/0+$/, '');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction && `.${fraction}`);
}

function elapsed(ms) {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  if (seconds < 3_600) {
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  }
  return `${Math.floor(seconds / 3_600)} h ${Math.floor((seconds % 3_600) / 60)} min`;
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}
