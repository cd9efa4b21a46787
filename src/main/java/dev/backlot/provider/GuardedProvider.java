package dev.backlot.provider;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.AccountParked;
import dev.backlot.bus.Addresses.BreakerChanged;
import dev.backlot.bus.Addresses.SlotsFreed;
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
import dev.backlot.provider.AccountParking.Change;
import dev.backlot.provider.AccountParking.Pass;
import dev.backlot.provider.Parking.News;
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
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A provider behind two circuit breakers per account, one for creates and one for queries, so that
 * failing creates never stop polls. Only faults of the provider count: a bad prompt, a full account
 * or an empty one opens nothing. An account that needs its operator is parked, whichever call says
 * so; one with a pack that is used up only for what that pack pays for. Thread-safe.
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

  private record Account(String id, Guard creates, Guard queries, AccountParking parking) {}

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
      accounts.put(id, new Account(id, creates, queries, new AccountParking(id, config.parking())));
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
    Optional<Pass> pass = account.parking().enter(create.pack(), clock.instant());
    if (pass.isEmpty()) {
      return Future.succeededFuture(new NeverSent(ErrorCode.PROVIDER_ACCOUNT, "account parked"));
    }
    SubmitOutcome open = new NeverSent(ErrorCode.PROVIDER_UNAVAILABLE, "breaker open");
    return account
        .creates()
        .run(() -> provider.create(create, permit, late), GuardedProvider::isFault, open, BROKEN)
        .onSuccess(outcome -> learn(account, pass.get(), outcome));
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
   * that is parked makes none. What a pack cannot pay for is told to who called: that parks
   * nothing, because nobody says which pack it was, and says nothing of those of the creates.
   */
  public ProviderCalls guarded(ProviderCalls calls) {
    return (sending, permit, late) -> {
      Account account = accounts.get(sending.account());
      if (account == null) {
        return Future.succeededFuture(
            new CallOutcome.NeverSent(ErrorCode.INTERNAL, "no such account"));
      }
      Optional<Pass> pass = account.parking().enterCall(clock.instant());
      if (pass.isEmpty()) {
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
          .onSuccess(outcome -> learn(account, pass.get(), asCreate(outcome)));
    };
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
  public int createsAllowed(String id, String pack) {
    Account account = accounts.get(id);
    return account == null
        ? 0
        : Math.min(
            account.creates().callsAllowed(),
            account.parking().callsAllowed(pack, clock.instant()));
  }

  @Override
  public List<BreakerView> breakers() {
    return accounts.values().stream()
        .flatMap(account -> Stream.of(account.creates().view(), account.queries().view()))
        .toList();
  }

  @Override
  public List<Parked> parked() {
    return accounts.values().stream()
        .flatMap(account -> account.parking().parked().stream())
        .toList();
  }

  @Override
  public void unpark(String id) {
    Account account = accounts.get(id);
    if (account != null) {
      account.parking().unpark().forEach(parked -> tellBack(account, parked.pack()));
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

  private void learn(Account account, Pass pass, SubmitOutcome outcome) {
    for (Change change : account.parking().leave(pass, outcome, clock.instant())) {
      if (change.news() == News.PARKED) {
        tellParked(account, change.pack(), change.code());
      } else {
        tellBack(account, change.pack());
      }
    }
  }

  private void learn(Account account, TaskLookup answer) {
    Parking whole = account.parking().whole();
    if (!(answer instanceof TaskLookup.Unclear unclear)) {
      if (whole.queryAnswered()) {
        tellBack(account, null);
      }
      return;
    }
    if (KlingError.of(unclear.providerCode()).filter(KlingError::parksAccount).isPresent()
        && whole.queryRefused(unclear.providerCode(), clock.instant())) {
      tellParked(account, null, unclear.providerCode());
    }
  }

  /** Of what a pack pays for, where one is named. Jobs may have waited for its slots all along. */
  private void tellBack(Account account, @Nullable String pack) {
    log(LOG.atInfo(), account, pack)
        .log(pack == null ? "account back in use" : "pack of an account back in use");
    bus.publish(Addresses.SLOTS_FREED, new SlotsFreed(1));
  }

  private void tellParked(Account account, @Nullable String pack, int providerCode) {
    log(LOG.atWarn(), account, pack)
        .addKeyValue("providerCode", providerCode)
        .log(
            pack == null
                ? "account parked: it needs its operator"
                : "pack of an account parked: it is used up and needs its operator");
    bus.publish(
        Addresses.ACCOUNT_PARKED, new AccountParked(account.id(), providerCode, clock.instant()));
  }

  private static LoggingEventBuilder log(
      LoggingEventBuilder log, Account account, @Nullable String pack) {
    LoggingEventBuilder named = log.addKeyValue("account", account.id());
    return pack == null ? named : named.addKeyValue("pack", pack);
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
