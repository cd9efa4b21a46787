package dev.backlot.provider;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.port.ProviderHealth.Parked;
import dev.backlot.provider.Parking.Entry;
import dev.backlot.provider.Parking.News;
import dev.backlot.provider.Parking.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What of one account waits for its operator: all of it, when it has no credit or its key is
 * refused, or what one of its packs pays for, when that is used up (Kling reference, section 12).
 * As many packs as the catalog has types of them. Thread-safe.
 */
final class AccountParking {
  /**
   * What let a create in; to be given back by {@link #leave}.
   *
   * @param pack null for a call, of which nobody says which pack pays for it
   */
  record Pass(Entry account, @Nullable String pack, Entry ofPack) {}

  /**
   * @param pack null for the whole account
   * @param code the provider's number of the refusal, for what is parked
   */
  record Change(@Nullable String pack, News news, int code) {}

  private final String id;
  private final Duration pause;
  private final Parking whole;
  private final Map<String, Parking> packs = new ConcurrentSkipListMap<>();

  /**
   * @param pause how long what is parked is left alone before the next probe
   */
  AccountParking(String id, Duration pause) {
    this.id = id;
    this.pause = pause;
    this.whole = new Parking(pause);
  }

  /** Of the account as a whole, which queries may park too. */
  Parking whole() {
    return whole;
  }

  /** Empty when a create that the pack pays for may not be made now. */
  Optional<Pass> enter(String pack, Instant now) {
    Entry ofAccount = whole.enter(now);
    if (ofAccount == Entry.CLOSED) {
      return Optional.empty();
    }
    Entry ofPack = of(pack).enter(now);
    if (ofPack == Entry.CLOSED) {
      whole.leave(ofAccount, Verdict.NOTHING, 0, now);
      return Optional.empty();
    }
    return Optional.of(new Pass(ofAccount, pack, ofPack));
  }

  /** The same for a call. */
  Optional<Pass> enterCall(Instant now) {
    Entry entry = whole.enter(now);
    return entry == Entry.CLOSED
        ? Optional.empty()
        : Optional.of(new Pass(entry, null, Entry.FREE));
  }

  /**
   * @return what has changed by it, or was found unchanged by a probe
   */
  List<Change> leave(Pass pass, SubmitOutcome outcome, Instant now) {
    int code = outcome instanceof Refused refused ? refused.providerCode() : 0;
    List<Change> changes = new ArrayList<>(2);
    changes.add(new Change(null, whole.leave(pass.account(), ofAccount(outcome), code, now), code));
    String pack = pass.pack();
    if (pack != null) {
      News news = of(pack).leave(pass.ofPack(), ofPack(outcome), code, now);
      changes.add(new Change(pack, news, code));
    }
    changes.removeIf(change -> change.news() == News.NONE);
    return changes;
  }

  /**
   * @return what was parked
   */
  List<Parked> unpark() {
    List<Parked> before = parked();
    whole.unpark();
    packs.values().forEach(Parking::unpark);
    return before;
  }

  /** The account first, then its packs by name. */
  List<Parked> parked() {
    List<Parked> parked = new ArrayList<>();
    whole.view().map(parked(null)).ifPresent(parked::add);
    packs.forEach((pack, parking) -> parking.view().map(parked(pack)).ifPresent(parked::add));
    return parked;
  }

  /** How many creates would get through now, whatever pays for them. */
  int callsAllowed(Instant now) {
    return whole.callsAllowed(now);
  }

  /** How many that a pack pays for. */
  int callsAllowed(String pack, Instant now) {
    return Math.min(whole.callsAllowed(now), of(pack).callsAllowed(now));
  }

  private Parking of(String pack) {
    return packs.computeIfAbsent(pack, made -> new Parking(pause));
  }

  private Function<Parking.View, Parked> parked(@Nullable String pack) {
    return view -> new Parked(id, pack, view.code(), view.since(), view.until());
  }

  /** Whoever hears anything else of an account knows that it is not refused for its own sake. */
  private static Verdict ofAccount(SubmitOutcome outcome) {
    if (outcome instanceof Refused refused) {
      return error(refused).filter(KlingError::parksAccount).isPresent()
          ? Verdict.PARKS
          : Verdict.FREES;
    }
    return outcome instanceof Accepted ? Verdict.FREES : Verdict.NOTHING;
  }

  /**
   * Only a task that was taken was paid for. Whether the provider looks at the pack before what it
   * refuses a create for otherwise is not known, so such a refusal does not let a whole batch try.
   * One that ends its job lets the next one ask: a row of jobs that nobody can run would keep shut
   * what was bought, for a pause each.
   */
  private static Verdict ofPack(SubmitOutcome outcome) {
    if (outcome instanceof Refused refused) {
      if (error(refused).filter(KlingError::parksPack).isPresent()) {
        return Verdict.PARKS;
      }
      return endsItsJob(refused.code()) ? Verdict.NOTHING : Verdict.PROLONGS;
    }
    return outcome instanceof Accepted ? Verdict.FREES : Verdict.NOTHING;
  }

  /** A model that the account has not bought may be tried there again. */
  private static boolean endsItsJob(ErrorCode code) {
    return code != ErrorCode.MODEL_NOT_GRANTED
        && (code.kind() == ErrorKind.CALLER || code.kind() == ErrorKind.CONTENT);
  }

  private static Optional<KlingError> error(Refused refused) {
    return KlingError.of(refused.providerCode());
  }
}
