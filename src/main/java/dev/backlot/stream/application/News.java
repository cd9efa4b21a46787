package dev.backlot.stream.application;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.http.QuietFailure;
import dev.backlot.port.Alerts;
import dev.backlot.port.CreditLedger;
import dev.backlot.port.Keys;
import dev.backlot.stream.Frame;
import dev.backlot.stream.Outbox;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a subscriber may have besides the events of jobs: how its credit stands, and, for operators,
 * incidents. Neither is in the log, and neither has a cursor. One event loop only.
 */
final class News {
  private static final Logger LOG = LoggerFactory.getLogger(News.class);
  private static final Duration ALERTS_EVERY = Duration.ofSeconds(2);

  private final Keys keys;
  private final CreditNews credits;
  private final AlertNews alerts;
  private boolean looking;
  private Instant lookAgain = Instant.MIN;

  News(Keys keys, CreditLedger ledger, Alerts alerts) {
    this.keys = keys;
    this.credits = new CreditNews(ledger);
    this.alerts = new AlertNews(alerts);
  }

  record Wanted(boolean credits, boolean alerts) {
    static final Wanted NOTHING = new Wanted(false, false);
  }

  /**
   * What a command asks for, once its key may have it: {@code credits} needs the scope read, {@code
   * alerts} the scope operate, and a stream token has neither. Fails with {@code INVALID_REQUEST}
   * or {@code FORBIDDEN}.
   */
  Future<Wanted> wanted(JsonObject command) {
    Wanted wanted = new Wanted(flag(command, "credits"), flag(command, "alerts"));
    if (wanted.equals(Wanted.NOTHING)) {
      return Future.succeededFuture(wanted);
    }
    return keys.authenticate(command.getString("token"))
        .map(
            found -> {
              require(wanted.credits(), found, Scope.READ);
              require(wanted.alerts(), found, Scope.OPERATE);
              return wanted;
            });
  }

  private static boolean flag(JsonObject command, String name) {
    Object given = command.getValue(name);
    if (given == null || given instanceof Boolean) {
      return Boolean.TRUE.equals(given);
    }
    throw BacklotException.ofField(
        ErrorCode.INVALID_REQUEST, "/" + name, name + " must be true or false.");
  }

  private static void require(boolean wanted, Optional<Principal> key, Scope scope) {
    if (wanted && key.filter(principal -> principal.may(scope)).isEmpty()) {
      throw new BacklotException(
          ErrorCode.FORBIDDEN, "This needs a key with the scope " + scope.text() + ".");
    }
  }

  void add(Wanted wanted, TenantId tenant, Outbox listener) {
    if (wanted.credits()) {
      credits.add(tenant, listener);
    }
    if (wanted.alerts()) {
      alerts.add(listener);
    }
  }

  void remove(TenantId tenant, Outbox listener) {
    credits.remove(tenant, listener);
    alerts.remove(listener);
  }

  /** Something has happened to a job. */
  void happened(Frame event) {
    credits.happened(event);
  }

  /** Called several times a second. */
  void tick(Instant now) {
    credits.tick(now);
    if (alerts.isWanted() && !looking && !now.isBefore(lookAgain)) {
      looking = true;
      lookAgain = now.plus(ALERTS_EVERY);
      alerts
          .runOnce(now)
          .onFailure(
              failure ->
                  LOG.atWarn()
                      .setCause(QuietFailure.of(failure))
                      .log("alerts could not be read for those who listen"))
          .onComplete(done -> looking = false);
    }
  }
}
