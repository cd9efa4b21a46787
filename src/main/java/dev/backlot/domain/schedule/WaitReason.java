package dev.backlot.domain.schedule;

import java.util.Locale;

/** The one thing that a waiting job waits for. */
public enum WaitReason {
  /** Somebody holds it, or nobody can run it. */
  HELD,
  /** It was sent and nobody knows whether it has arrived: it is looked for first (promise P2). */
  OUTCOME_UNKNOWN,
  /** Its batch may not spend what it costs. */
  SPEND_CAP,
  /** Its batch may spend it, and its tenant has too little credit. */
  CREDIT,
  /** Nothing of its batch is started: it is paused, or canceled. */
  BATCH_PAUSED,
  /** Its caller does not want it to start before. */
  NOT_DUE,
  /**
   * It was tried, and is looked at again in a moment. While nothing has room for it that is named
   * instead.
   */
  PAUSED,
  /** Its tenant holds as many slots as it may. */
  TENANT_LIMIT,
  /** Its batch holds as many slots as it may. */
  BATCH_LIMIT,
  /** No account that can carry it has slots for its model. */
  NO_SLOTS,
  /**
   * Every account that has some is parked, or its pack of the type is used up, or its breaker is
   * open.
   */
  ACCOUNTS_UNAVAILABLE,
  /** Every slot of the accounts that can carry it is in use. */
  SLOTS_BUSY,
  /** There are free slots by what was bought, and the provider grants fewer. */
  PROVIDER_LIMIT,
  /** A slot is free, and others go first. */
  TURN,
  /** Nothing: it is about to start. */
  NOTHING;

  /** The word used in JSON. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
