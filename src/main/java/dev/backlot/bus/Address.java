package dev.backlot.bus;

/**
 * An event-bus address together with the only type that may travel on it.
 *
 * @param reach whether the message leaves this node
 */
public record Address<T>(String name, Class<T> type, Reach reach) {
  public enum Reach {
    /** Consumers of this process only; never registered in the cluster. */
    LOCAL,
    /** Consumers of every node. */
    CLUSTER
  }
}
