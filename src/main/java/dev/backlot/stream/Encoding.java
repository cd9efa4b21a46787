package dev.backlot.stream;

/**
 * How one of the ways out wraps an event. Of each there is one instance, for ever: a frame keeps
 * what it has made, by encoding, so that it is made once and shared by everybody. Thread-safe.
 */
@FunctionalInterface
public interface Encoding<T> {
  /**
   * @param text the event's own message
   */
  T of(String text);
}
