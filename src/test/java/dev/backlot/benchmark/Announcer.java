package dev.backlot.benchmark;

/** Has news for everybody. Each piece has a number, one more than the last. */
interface Announcer {
  /**
   * One or several at once.
   *
   * @return when they were there to be sent, microseconds since the epoch
   */
  long announce(int count);

  /** Of the last one; 0 before the first. */
  int last();
}
