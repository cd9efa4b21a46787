package dev.backlot.stream;

/**
 * The pings of one client. Each is answered below us, whether the client reads or not: one that
 * pings on and on and takes no answer would have them queued without end. One event loop only.
 */
public final class Pings {
  /** Most of them while as much waits for the client as may; its connection is cut then. */
  static final int UNREAD_MAX = 100;

  private int unread;

  /**
   * One more has come.
   *
   * @param full whether as much waits for the client as may
   */
  public boolean isTooMany(boolean full) {
    unread = full ? unread + 1 : 0;
    return unread > UNREAD_MAX;
  }
}
