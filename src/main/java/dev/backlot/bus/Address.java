package dev.backlot.bus;

/**
 * An event-bus address together with the only type that may travel on it.
 *
 * @param delivery who gets a message, and whether it is answered
 * @param reach whether the message leaves this node
 */
public record Address<T>(String name, Class<T> type, Delivery delivery, Reach reach) {
  /** A hint for everybody. */
  public Address(String name, Class<T> type, Reach reach) {
    this(name, type, Delivery.EVERYBODY, reach);
  }

  public enum Delivery {
    /** Published: every consumer in reach gets it, at most once, and nobody answers. */
    EVERYBODY,
    /** A request: one consumer in reach gets it and answers. */
    ONE
  }

  public enum Reach {
    /** Consumers of this process only; never registered in the cluster. */
    LOCAL,
    /** Consumers of every node. */
    CLUSTER
  }
}
