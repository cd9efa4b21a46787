/** Lets so many go on at a time; the others wait for theirs, in their order. */
export class Turns {
  #free;
  #waiting = new Set();

  constructor(max) {
    this.#free = max;
  }

  /** Calls `begin` when it is its turn; `give` must follow. False when it has to wait. */
  take(begin) {
    if (this.#free === 0) {
      this.#waiting.add(begin);
      return false;
    }
    this.#free--;
    begin();
    return true;
  }

  /** Its turn is over, or no longer wanted. To be called once. */
  give(begin) {
    if (this.#waiting.delete(begin)) {
      return;
    }
    this.#free++;
    const [next] = this.#waiting;
    if (next !== undefined) {
      this.#waiting.delete(next);
      this.take(next);
    }
  }
}
