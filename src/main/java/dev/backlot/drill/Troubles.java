package dev.backlot.drill;

/**
 * When which node was in a trouble of one sort, so that a client's trouble can be told from one
 * that nobody made. Thread-safe.
 */
final class Troubles {
  private final int[] lasting;
  private final int[] begun;

  /** A node at the moment in which a client turned to it. */
  record Look(int node, boolean inTrouble, int begun) {}

  Troubles(int nodes) {
    this.lasting = new int[nodes];
    this.begun = new int[nodes];
  }

  synchronized void begin(int node) {
    lasting[node]++;
    begun[node]++;
  }

  synchronized void beginEverywhere() {
    for (int node = 0; node < lasting.length; node++) {
      begin(node);
    }
  }

  synchronized void end(int node) {
    lasting[node]--;
  }

  synchronized void endEverywhere() {
    for (int node = 0; node < lasting.length; node++) {
      end(node);
    }
  }

  synchronized Look look(int node) {
    return new Look(node, lasting[node] > 0, begun[node]);
  }

  /** Whether the node was in trouble at any moment since. */
  synchronized boolean were(Look since) {
    return since.inTrouble() || begun[since.node()] != since.begun();
  }
}
