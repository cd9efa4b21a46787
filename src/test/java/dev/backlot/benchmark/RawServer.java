package dev.backlot.benchmark;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** {@link RawFanOut} in a process of its own, seen from here. */
final class RawServer implements Announcer, AutoCloseable {
  private static final String NUMBER = "\"version\":";

  private final Forked server = Forked.start(RawFanOut.class);
  private final int port = Integer.parseInt(server.answer());
  private int last;

  /**
   * @param sample an event of the service; its own are as long
   */
  RawServer(String sample) {
    int number = sample.indexOf(NUMBER) + NUMBER.length();
    server.tell(sample.substring(0, number));
    server.tell(sample.substring(sample.indexOf(',', number)));
  }

  int port() {
    return port;
  }

  long pid() {
    return server.pid();
  }

  @Override
  public long announce(int count) {
    long there = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    server.ask((last + 1) + " " + count);
    last += count;
    return there;
  }

  @Override
  public int last() {
    return last;
  }

  @Override
  public void close() {
    server.close();
  }
}
