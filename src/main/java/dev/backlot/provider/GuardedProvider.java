package dev.backlot.provider;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.AccountParked;
import dev.backlot.bus.Addresses.BreakerChanged;
import dev.backlot.bus.Bus;
import dev.backlot.config.ProviderConfig.Breaker;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.ErrorKind;
import dev.backlot.domain.call.CallOutcome;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.SubmitOutcome.Unknown;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.BillingExports;
import dev.backlot.port.ProviderCalls;
import dev.backlot.port.ProviderHealth;
import dev.backlot.port.TaskLists;
import dev.backlot.port.TaskLists.Page;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A provider behind two circuit breakers per account, one for creates and one for queries, so that
 * failing creates never stop polls. Only faults of the provider count: a bad prompt, a full account
 * or an empty one opens nothing. An account that needs its operator is parked, whichever call says
 * so. Thread-safe.
 */
public final class GuardedProvider implements VideoProvider, ProviderHealth {
  private static final Logger LOG = LoggerFactory.getLogger(GuardedProvider.class);

  private static final SubmitOutcome BROKEN = new Unknown("the call failed");
  private static final TaskLookup.Unclear UNCLEAR =
      new TaskLookup.Unclear(ErrorCode.INTERNAL, "the call failed");
  private static final TaskLookup.Unclear OPEN =
      new TaskLookup.Unclear(ErrorCode.PROVIDER_UNAVAILABLE, "breaker open");
  private static final TaskLookup.Unclear NO_ACCOUNT =
      new TaskLookup.Unclear(ErrorCode.INTERNAL, "no such account");

  private record Account(String id, Guard creates, Guard queries, Parking parking) {
    boolean isParked() {
      return parking.view().isPresent();
    }
  }

  private final VideoProvider provider;
  private final Bus bus;
  private final InstantSource clock;
  private final Map<String, Account> accounts = new TreeMap<>();

  /**
   * @param ids the accounts that may be used; calls for another one are not passed on
   */
  public GuardedProvider(
      Vertx vertx,
      Bus bus,
      InstantSource clock,
      VideoProvider provider,
      Collection<String> ids,
      Breaker config) {
    this.provider = provider;
    this.bus = bus;
    this.clock = clock;
    for (String id : ids) {
      Guard creates = new Guard(vertx, id, "create", config, this::changed);
      Guard queries = new Guard(vertx, id, "query", config, this::changed);
      accounts.put(id, new Account(id, creates, queries, new Parking(config.parking())));
    }
  }

  @Override
  public Future<SubmitOutcome> create(
      Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
    Account account = accounts.get(create.account());
    if (account == null) {
      return Future.succeededFuture(new NeverSent(ErrorCode.INTERNAL, "no such account"));
    }
    // Asked here too: a call that cannot be sent must not use up the probe of a half-open breaker.
    if (!permit.getAsBoolean()) {
      return Future.succeededFuture(new NeverSent(ErrorCode.OVERLOADED, "not permitted any more"));
    }
    Parking.Entry entry = account.parking().enter(clock.instant());
    if (entry == Parking.Entry.CLOSED) {
      return Future.succeededFuture(new NeverSent(ErrorCode.PROVIDER_ACCOUNT, "account parked"));
    }
    SubmitOutcome open = new NeverSent(ErrorCode.PROVIDER_UNAVAILABLE, "breaker open");
    return account
        .creates()
        .run(() -> provider.create(create, permit, late), GuardedProvider::isFault, open, BROKEN)
        .onSuccess(outcome -> learn(account, entry, outcome));
  }

  @Override
  public Future<TaskLookup> query(ByTaskId task) {
    return ask(accounts.get(task.account()), () -> provider.query(task));
  }

  @Override
  public Together together(String account, String dialect) {
    return provider.together(account, dialect);
  }

  /** Counts as one call: a fault when no task of it has an answer. */
  @Override
  public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
    Account account = accounts.get(tasks.get(0).account());
    if (account == null) {
      return Future.succeededFuture(Collections.nCopies(tasks.size(), NO_ACCOUNT));
    }
    return account
        .queries()
        .run(
            () -> provider.queryAll(tasks),
            answers -> answers.stream().allMatch(GuardedProvider::isFault),
            Collections.nCopies(tasks.size(), OPEN),
            Collections.nCopies(tasks.size(), UNCLEAR))
        .onSuccess(answers -> answers.forEach(answer -> learn(account, answer)));
  }

  @Override
  public Future<TaskLookup> lookUp(ByExternalId attempt) {
    return ask(accounts.get(attempt.account()), () -> provider.lookUp(attempt));
  }

  /** Lists behind the same breakers: reading one is a query. */
  public TaskLists guarded(TaskLists lists) {
    return (list, since, cursor) -> {
      Account account = accounts.get(list.account());
      return account == null
          ? Future.succeededFuture(new Page.Unread(NO_ACCOUNT))
          : account
              .queries()
              .run(
                  () -> lists.read(list, since, cursor),
                  page -> page instanceof Page.Unread unread && isFault(unread.why()),
                  new Page.Unread(OPEN),
                  new Page.Unread(UNCLEAR))
              .onSuccess(page -> learn(account, page));
    };
  }

  /**
   * Exports behind the same breakers. Their answers park no account and bring none back: a key may
   * do all the rest and not that, and the reverse.
   */
  public BillingExports guarded(BillingExports exports) {
    return (window, cursor) -> {
      Account account = accounts.get(window.account());
      return account == null
          ? Future.succeededFuture(new BillingExports.Page.Unread(NO_ACCOUNT))
          : account
              .queries()
              .run(
                  () -> exports.read(window, cursor),
                  page ->
                      page instanceof BillingExports.Page.Unread unread && isFault(unread.why()),
                  new BillingExports.Page.Unread(OPEN),
                  new BillingExports.Page.Unread(UNCLEAR));
    };
  }

  /**
   * Calls behind the breaker of creates: they cost, and change something, as those do. An account
   * that is parked makes none.
   */
  public ProviderCalls guarded(ProviderCalls calls) {
    return (sending, permit, late) -> {
      Account account = accounts.get(sending.account());
      if (account == null) {
        return Future.succeededFuture(
            new CallOutcome.NeverSent(ErrorCode.INTERNAL, "no such account"));
      }
      Parking.Entry entry = account.parking().enter(clock.instant());
      if (entry == Parking.Entry.CLOSED) {
        return Future.succeededFuture(
            new CallOutcome.NeverSent(ErrorCode.PROVIDER_UNAVAILABLE, "account parked"));
      }
      CallOutcome open = new CallOutcome.NeverSent(ErrorCode.PROVIDER_UNAVAILABLE, "breaker open");
      CallOutcome broken = new CallOutcome.Unknown("the call failed", 0);
      return account
          .creates()
          .run(
              () -> calls.send(sending, permit, late),
              outcome -> isFault(asCreate(outcome)),
              open,
              broken)
          .onSuccess(outcome -> learn(account, entry, ofAccount(asCreate(outcome))));
    };
  }

  /**
   * Units are those of an account and a type of pack, and calls have packs of their own: that
   * theirs is used up says nothing of the creates, which would all stand still for one tenant's
   * call.
   */
  private static SubmitOutcome ofAccount(SubmitOutcome outcome) {
    return outcome instanceof Refused refused
            && refused.providerCode() == KlingError.PACK_USED_UP.number()
        ? new NeverSent(refused.code(), "pack used up")
        : outcome;
  }

  private static SubmitOutcome asCreate(CallOutcome outcome) {
    if (outcome instanceof CallOutcome.Answered) {
      return new SubmitOutcome.Accepted("");
    }
    if (outcome instanceof CallOutcome.Refused refused) {
      // That it did not work out is an answer like any other.
      return refused.providerCode() == 0
          ? new SubmitOutcome.Accepted("")
          : new Refused(refused.code(), refused.providerCode(), false, "");
    }
    if (outcome instanceof CallOutcome.NeverSent neverSent) {
      return new NeverSent(neverSent.code(), neverSent.reason());
    }
    return new Unknown(((CallOutcome.Unknown) outcome).reason());
  }

  private void learn(Account account, Page page) {
    if (page instanceof Page.Unread unread) {
      learn(account, unread.why());
    }
  }

  private Future<TaskLookup> ask(@Nullable Account account, Supplier<Future<TaskLookup>> question) {
    if (account == null) {
      return Future.succeededFuture(NO_ACCOUNT);
    }
    return account
        .queries()
        .run(question, GuardedProvider::isFault, OPEN, UNCLEAR)
        .onSuccess(answer -> learn(account, answer));
  }

  @Override
  public boolean mayCreate(String account) {
    return createsAllowed(account) > 0;
  }

  @Override
  public int createsAllowed(String id) {
    Account account = accounts.get(id);
    return account == null
        ? 0
        : Math.min(
            account.creates().callsAllowed(), account.parking().callsAllowed(clock.instant()));
  }

  @Override
  public List<BreakerView> breakers() {
    return accounts.values().stream()
        .flatMap(account -> Stream.of(account.creates().view(), account.queries().view()))
        .toList();
  }

  @Override
  public List<String> parked() {
    return accounts.values().stream().filter(Account::isParked).map(Account::id).toList();
  }

  @Override
  public Optional<ParkedView> parking(String id) {
    return Optional.ofNullable(accounts.get(id)).flatMap(account -> account.parking().view());
  }

  @Override
  public void unpark(String id) {
    Account account = accounts.get(id);
    if (account != null && account.parking().unpark()) {
      tellBack(account);
    }
  }

  private static boolean isFault(SubmitOutcome outcome) {
    if (outcome instanceof Refused refused) {
      return isFault(refused.code());
    }
    if (outcome instanceof NeverSent neverSent) {
      return isFault(neverSent.code());
    }
    return outcome instanceof Unknown;
  }

  private static boolean isFault(TaskLookup lookup) {
    return lookup instanceof TaskLookup.Unclear unclear && isFault(unclear.code());
  }

  private static boolean isFault(ErrorCode code) {
    return code.kind() == ErrorKind.TRANSIENT || code.kind() == ErrorKind.AMBIGUOUS;
  }

  private void learn(Account account, Parking.Entry entry, SubmitOutcome outcome) {
    boolean wasParked = account.isParked();
    boolean parks = account.parking().leave(entry, outcome, clock.instant());
    boolean isNews = !wasParked || entry == Parking.Entry.PROBE;
    if (parks && isNews && outcome instanceof Refused refused) {
      tellParked(account, refused.providerCode());
    }
    if (wasParked && !account.isParked()) {
      tellBack(account);
    }
  }

  private static void tellBack(Account account) {
    LOG.atInfo().addKeyValue("account", account.id()).log("account back in use");
  }

  private void learn(Account account, TaskLookup answer) {
    if (!(answer instanceof TaskLookup.Unclear unclear)) {
      if (account.parking().queryAnswered()) {
        tellBack(account);
      }
      return;
    }
    if (KlingError.of(unclear.providerCode()).filter(KlingError::parksAccount).isPresent()
        && account.parking().queryRefused(unclear.providerCode(), clock.instant())) {
      tellParked(account, unclear.providerCode());
    }
  }

  private void tellParked(Account account, int providerCode) {
    LOG.atWarn()
        .addKeyValue("account", account.id())
        .addKeyValue("providerCode", providerCode)
        .log("account parked: it needs its operator");
    bus.publish(
        Addresses.ACCOUNT_PARKED, new AccountParked(account.id(), providerCode, clock.instant()));
  }

  private void changed(BreakerView breaker) {
    LOG.atInfo()
        .addKeyValue("account", breaker.account())
        .addKeyValue("guard", breaker.guard())
        .addKeyValue("state", breaker.state())
        .log("breaker changed");
    bus.publish(
        Addresses.BREAKER_CHANGED,
        new BreakerChanged(breaker.account(), breaker.guard(), breaker.state(), clock.instant()));
  }
}
