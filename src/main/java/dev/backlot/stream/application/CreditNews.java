package dev.backlot.stream.application;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.credit.Balance;
import dev.backlot.http.QuietFailure;
import dev.backlot.port.CreditLedger;
import dev.backlot.stream.Frame;
import dev.backlot.stream.Message;
import dev.backlot.stream.Messages;
import dev.backlot.stream.Outbox;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whoever asked for it how a tenant's credit stands: once, and whenever it has changed. It is
 * no event of the log: only the latest counts, and who is slow is told less. One question a second
 * for a tenant at most, however many listen and however much happens. One event loop only.
 */
final class CreditNews {
  static final Duration PACE = Duration.ofSeconds(1);

  /** For what moves money and is no event: a grant. */
  static final Duration REFRESH = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(CreditNews.class);

  /** Steps of a job that leave its reservation as it is. */
  private static final Set<String> MOVE_NOTHING =
      Set.of("job.submitting", "job.running", "job.storing");

  private final CreditLedger ledger;
  private final Map<TenantId, Told> tenants = new HashMap<>();

  /** Of one tenant. */
  private static final class Told {
    /** What each was told last; nothing yet when null. */
    private final Map<Outbox, @Nullable List<Balance>> listeners = new HashMap<>();

    private boolean stale = true;
    private boolean asking;
    private Instant askAgain = Instant.MIN;
    private Instant refresh = Instant.MIN;
  }

  CreditNews(CreditLedger ledger) {
    this.ledger = ledger;
  }

  void add(TenantId tenant, Outbox listener) {
    Told told = tenants.computeIfAbsent(tenant, id -> new Told());
    told.listeners.put(listener, null);
    told.stale = true;
  }

  void remove(TenantId tenant, Outbox listener) {
    Told told = tenants.get(tenant);
    if (told != null) {
      told.listeners.remove(listener);
      if (told.listeners.isEmpty()) {
        tenants.remove(tenant);
      }
    }
  }

  /** Tenants that somebody listens for. */
  int size() {
    return tenants.size();
  }

  /** Something has happened to a job. */
  void happened(Frame event) {
    Told told = tenants.get(event.tenant());
    if (told != null && !MOVE_NOTHING.contains(event.type())) {
      told.stale = true;
    }
  }

  /** Called several times a second. */
  void tick(Instant now) {
    tenants.forEach(
        (tenant, told) -> {
          boolean due = told.stale || !now.isBefore(told.refresh);
          if (due && !told.asking && !now.isBefore(told.askAgain)) {
            ask(tenant, told, now);
          }
        });
  }

  private void ask(TenantId tenant, Told told, Instant now) {
    told.asking = true;
    told.stale = false;
    told.askAgain = now.plus(PACE);
    told.refresh = now.plus(REFRESH);
    ledger
        .balances(tenant)
        .onSuccess(balances -> tell(told, balances, now))
        .onFailure(
            failure -> {
              told.stale = true;
              LOG.atWarn()
                  .setCause(QuietFailure.of(failure))
                  .log("balances could not be read for those who listen");
            })
        .onComplete(done -> told.asking = false);
  }

  private static void tell(Told told, List<Balance> balances, Instant now) {
    Message message = Messages.credit(balances, now);
    told.listeners.replaceAll(
        (listener, before) -> {
          if (balances.equals(before)) {
            return before;
          }
          if (listener.isFull()) {
            told.stale = true;
            return before;
          }
          listener.send(message);
          return balances;
        });
  }
}
