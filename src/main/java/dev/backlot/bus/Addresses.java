package dev.backlot.bus;

import dev.backlot.bus.Address.Delivery;
import dev.backlot.bus.Address.Reach;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Every address and its message type. Those of our own records, {@link #ALL}, are hints, delivered
 * at most once: each consumer also has a timer that finds the same work in the database. {@link
 * #COMMANDS} are for other applications in the cluster and for the bridges: plain JSON, answered.
 */
public final class Addresses {
  private Addresses() {}

  /**
   * Jobs were queued: dispatch may claim. Published by intake, and by whoever queues a job again.
   */
  public static final Address<JobsQueued> JOBS_QUEUED =
      new Address<>("backlot.jobs.queued.v1", JobsQueued.class, Reach.CLUSTER);

  /**
   * Slots were freed on this node and not given away with it, or what keeps others back is over:
   * dispatch may claim at once.
   */
  public static final Address<SlotsFreed> SLOTS_FREED =
      new Address<>("backlot.slots.freed.v1", SlotsFreed.class, Reach.LOCAL);

  /** Attempts of this node are running: polling may load them. */
  public static final Address<AttemptsRunning> ATTEMPTS_RUNNING =
      new Address<>("backlot.attempts.running.v1", AttemptsRunning.class, Reach.LOCAL);

  /**
   * Somebody says that these tasks have changed, which proves nothing: polling may ask for them
   * before they are due.
   */
  public static final Address<TasksHinted> TASKS_HINTED =
      new Address<>("backlot.tasks.hinted.v1", TasksHinted.class, Reach.CLUSTER);

  /**
   * This node has made the log grow: its own tail may read on. What that has found goes to the
   * other nodes as {@link #LOG_HEAD}, one message for however many of these.
   */
  public static final Address<LogAdvanced> LOG_ADVANCED =
      new Address<>("backlot.log.advanced.v1", LogAdvanced.class, Reach.LOCAL);

  /** How far the log has grown by the doing of some node: tails that are behind may read on. */
  public static final Address<LogHead> LOG_HEAD =
      new Address<>("backlot.log.head.v1", LogHead.class, Reach.CLUSTER);

  /** Jobs were taken over by this node: dispatch and polling must look again. */
  public static final Address<JobsTakenOver> JOBS_TAKEN_OVER =
      new Address<>("backlot.jobs.taken-over.v1", JobsTakenOver.class, Reach.LOCAL);

  /** This node's lease was lost: forget everything that was owned. */
  public static final Address<LeaseLost> LEASE_LOST =
      new Address<>("backlot.lease.lost.v1", LeaseLost.class, Reach.LOCAL);

  /** A circuit breaker changed its state on this node. */
  public static final Address<BreakerChanged> BREAKER_CHANGED =
      new Address<>("backlot.breaker.changed.v1", BreakerChanged.class, Reach.LOCAL);

  /** An account was refused for a reason that needs its operator. */
  public static final Address<AccountParked> ACCOUNT_PARKED =
      new Address<>("backlot.account.parked.v1", AccountParked.class, Reach.CLUSTER);

  /** The operator of an account says that it is mended: every node may use it again. */
  public static final Address<AccountUnparked> ACCOUNT_UNPARKED =
      new Address<>("backlot.account.unparked.v1", AccountUnparked.class, Reach.CLUSTER);

  /** The ledger was audited by the node that holds the duty. */
  public static final Address<LedgerAudited> LEDGER_AUDITED =
      new Address<>("backlot.ledger.audited.v1", LedgerAudited.class, Reach.CLUSTER);

  /** An operator wants a day of an account's bills looked at: whoever has the duty does so now. */
  public static final Address<BillsAsked> BILLS_ASKED =
      new Address<>("backlot.bills.asked.v1", BillsAsked.class, Reach.CLUSTER);

  /** The application that has made a subscription wants no more of it: its node may forget it. */
  public static final Address<SubscriptionEnded> SUBSCRIPTION_ENDED =
      new Address<>("backlot.stream.ended.v1", SubscriptionEnded.class, Reach.CLUSTER);

  /** Stores a job: {@code {token, idempotency_key?, body}}. */
  public static final Address<JsonObject> SUBMIT_JOB = command("backlot.jobs.submit.v1");

  /** Shows a job: {@code {token, id}}. */
  public static final Address<JsonObject> GET_JOB = command("backlot.jobs.get.v1");

  /** Cancels a job, or wishes it: {@code {token, id}}. */
  public static final Address<JsonObject> CANCEL_JOB = command("backlot.jobs.cancel.v1");

  /** Says what a job would cost: {@code {token, body}}. */
  public static final Address<JsonObject> QUOTE_JOB = command("backlot.jobs.quote.v1");

  /** Begins to send what happens: {@code {token, jobs | batch | tenant, events?, cursor?}}. */
  public static final Address<JsonObject> SUBSCRIBE = command("backlot.stream.subscribe.v1");

  /** Ends that: {@code {token, subscription}}. */
  public static final Address<JsonObject> UNSUBSCRIBE = command("backlot.stream.unsubscribe.v1");

  /**
   * What other applications may ask for. Each message carries a key or a stream token, and each
   * answer is {@code {ok, status, body | problem}}; the schemas are in {@code schemas/bus}.
   */
  public static final List<Address<JsonObject>> COMMANDS =
      List.of(SUBMIT_JOB, GET_JOB, CANCEL_JOB, QUOTE_JOB, SUBSCRIBE, UNSUBSCRIBE);

  /**
   * Where the messages of one subscription go, with its id behind: the application that has
   * subscribed listens there, and no node ever does. Each message is answered by that application.
   */
  public static final String STREAM_EVENTS = "backlot.stream.events.";

  private static Address<JsonObject> command(String name) {
    return new Address<>(name, JsonObject.class, Delivery.ONE, Reach.CLUSTER);
  }

  /** Every hint; {@link Bus} registers a codec for each type. */
  public static final List<Address<?>> ALL =
      List.of(
          JOBS_QUEUED,
          SLOTS_FREED,
          ATTEMPTS_RUNNING,
          TASKS_HINTED,
          LOG_ADVANCED,
          LOG_HEAD,
          JOBS_TAKEN_OVER,
          LEASE_LOST,
          BREAKER_CHANGED,
          ACCOUNT_PARKED,
          ACCOUNT_UNPARKED,
          LEDGER_AUDITED,
          BILLS_ASKED,
          SUBSCRIPTION_ENDED);

  /**
   * @param count how many, for logs only
   */
  public record JobsQueued(int count) {}

  /**
   * @param count how many, for logs only
   */
  public record SlotsFreed(int count) {}

  /**
   * @param attempts their ids; polling reads the rows
   */
  public record AttemptsRunning(List<UUID> attempts) {
    public AttemptsRunning {
      attempts = List.copyOf(attempts);
    }
  }

  /**
   * @param attempts of whatever node; at most {@link #MAX}, who has more sends several messages
   */
  public record TasksHinted(List<UUID> attempts) {
    public static final int MAX = 1_000;

    public TasksHinted {
      if (attempts.size() > MAX) {
        throw new IllegalArgumentException("more than " + MAX + " attempts in one message");
      }
      attempts = List.copyOf(attempts);
    }
  }

  /**
   * @param position the highest position known to be committed, or 0 when the sender does not know
   *     it: then the reader asks
   */
  public record LogAdvanced(long position) {}

  /**
   * @param position committed, and read by whoever sends this
   */
  public record LogHead(long position) {}

  public record JobsTakenOver(int count) {}

  public record LeaseLost(long epoch) {}

  /**
   * @param guard {@code create} or {@code query}
   * @param state {@code closed}, {@code open} or {@code half_open}
   */
  public record BreakerChanged(String account, String guard, String state, Instant at) {}

  /**
   * @param providerCode the numeric code that parked it
   */
  public record AccountParked(String account, int providerCode, Instant at) {}

  public record AccountUnparked(String account) {}

  /**
   * @param violations identities that do not hold; 0 is what everybody wants to see
   */
  public record LedgerAudited(int violations) {}

  public record BillsAsked(String account) {}

  /**
   * @param subscription its id
   * @param tenant whose it must be
   */
  public record SubscriptionEnded(String subscription, UUID tenant) {}
}
