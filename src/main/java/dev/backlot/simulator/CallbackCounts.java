package dev.backlot.simulator;

/** Running totals behind {@link Books.Callbacks}. Event loop only. */
final class CallbackCounts {
  private long made;
  private long attempts;
  private long delivered;
  private long failed;
  private long dropped;
  private long lost;
  private long forged;
  private int waiting;

  void lost() {
    made++;
    lost++;
  }

  void forged() {
    forged++;
  }

  /** Books one more on its way, or as dropped when that many are already. */
  boolean enter(int waitingMax) {
    made++;
    if (waiting >= waitingMax) {
      dropped++;
      return false;
    }
    waiting++;
    return true;
  }

  void attempted() {
    attempts++;
  }

  void delivered() {
    waiting--;
    delivered++;
  }

  void failed() {
    waiting--;
    failed++;
  }

  int waiting() {
    return waiting;
  }

  Books.Callbacks books() {
    return new Books.Callbacks(made, attempts, delivered, failed, dropped, lost, forged, waiting);
  }
}
