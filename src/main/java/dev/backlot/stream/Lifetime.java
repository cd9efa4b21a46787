package dev.backlot.stream;

import dev.backlot.config.StreamConfig;
import java.time.Duration;
import java.time.Instant;

/**
 * What time asks of an open socket, whatever carries it: from the wait for its credential to the
 * end of its goodbye. Decides by the times that it is told. One event loop only.
 */
public final class Lifetime {
  private final Duration heartbeat;
  private final Duration silenceMax;
  private final Instant authDeadline;
  private final SlowReader reader;
  private final Pass pass;

  private boolean closing;
  private boolean admitted;
  private boolean overdue;

  /** Looks-up of what it says of itself that have no answer yet. */
  private int judging;

  private Instant heardAt;
  private Instant heartbeatAt;

  /** What is due now. */
  public enum Due {
    NOTHING,
    /** It has not even taken the goodbye: break the connection. */
    CUT,
    /** It has not taken what was sent for as long as anybody waits: send it away to resume. */
    SLOW,
    /** It has not said who it is. */
    UNKNOWN,
    /** Its credential has ended. */
    EXPIRED,
    /** Nobody could say for too long whether its credential was revoked. */
    DOUBTFUL,
    /** Nothing was heard of it, not even the answer to a ping. */
    SILENT,
    HEARTBEAT
  }

  /**
   * @param pass of the same client
   */
  public Lifetime(StreamConfig config, Pass pass, Instant now) {
    this.heartbeat = config.heartbeat();
    this.silenceMax = config.silenceMax();
    this.authDeadline = now.plus(config.authTimeout());
    this.reader = new SlowReader(config.drainTimeout());
    this.pass = pass;
    this.heardAt = now;
    this.heartbeatAt = now.plus(heartbeat);
  }

  /** The client is there, whatever it says. */
  public void heard(Instant now) {
    heardAt = now;
  }

  /**
   * What the client says of itself is being looked up; {@link #judged} must follow. Until then it
   * is not late, however long that takes: it has said it.
   */
  public void judge() {
    judging++;
  }

  /** That is known, or nobody could say. */
  public void judged() {
    judging--;
  }

  /** The client has said who it is, or something that only a known one can say. */
  public void admit() {
    admitted = true;
  }

  /**
   * The wait for the end of the goodbye begins.
   *
   * @return false when it has begun before, or the connection is gone
   */
  public boolean close(Instant now) {
    if (closing) {
      return false;
    }
    closing = true;
    reader.awaitEnd(now);
    return true;
  }

  /** The connection is gone. */
  public void gone() {
    closing = true;
    reader.forget();
  }

  public boolean isClosing() {
    return closing;
  }

  /** Calls back once, when there is room. Replaces what was asked before. */
  public void whenDrained(Instant now, Runnable ready) {
    reader.await(now, ready);
  }

  /** There is room again. */
  public void drained() {
    if (!closing) {
      reader.drained();
    }
  }

  /** To be asked several times a second. What is due for a heartbeat is asked for once. */
  public Due due(Instant now) {
    if (reader.isLate(now)) {
      reader.awaitEnd(now);
      return closing ? Due.CUT : Due.SLOW;
    }
    if (closing) {
      return Due.NOTHING;
    }
    if (!admitted && judging == 0 && now.isAfter(authDeadline)) {
      return unknown();
    }
    if (pass.hasExpired(now)) {
      return Due.EXPIRED;
    }
    if (pass.isDoubtful(now)) {
      return Due.DOUBTFUL;
    }
    if (now.isAfter(heardAt.plus(silenceMax))) {
      return Due.SILENT;
    }
    if (now.isBefore(heartbeatAt)) {
      return Due.NOTHING;
    }
    heartbeatAt = now.plus(heartbeat);
    return Due.HEARTBEAT;
  }

  /**
   * The first time it is let off: a loop that was busy asks this before it reads what has arrived
   * meanwhile, and reads that before it asks again.
   */
  private Due unknown() {
    if (overdue) {
      return Due.UNKNOWN;
    }
    overdue = true;
    return Due.NOTHING;
  }
}
