package dev.backlot.config;

import java.time.Duration;

/**
 * How the books are watched.
 *
 * @param audit pause between two audits of the ledger's identities, over all nodes together
 */
public record LedgerConfig(Duration audit) {
  public static LedgerConfig from(Section in) {
    LedgerConfig config =
        new LedgerConfig(in.requireDuration("audit", Duration.ofSeconds(1), Duration.ofHours(24)));
    in.rejectUnknown();
    return config;
  }
}
