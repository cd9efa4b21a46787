package dev.backlot.stream.application;

import dev.backlot.bus.Addresses;
import dev.backlot.bus.Addresses.SubscriptionEnded;
import dev.backlot.bus.Bus;
import dev.backlot.config.BusConfig;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.http.MessageChecks;
import dev.backlot.http.MessageReplies;
import dev.backlot.stream.Access;
import dev.backlot.stream.ClientMessage;
import dev.backlot.stream.Place;
import dev.backlot.stream.StreamLoop;
import dev.backlot.stream.Subscribe;
import dev.backlot.stream.Watch;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * The applications that listen on the event bus and are served by this node. However many there
 * are, the node registers nothing for them: each application listens at an address that nobody can
 * guess, and the node sends there. No future fails: what goes wrong is an answer, too. One event
 * loop only.
 */
final class BusStreams {
  /** Too many to guess one. */
  private static final int ID_BYTES = 18;

  private static final Set<String> MEMBERS =
      Set.of("token", "jobs", "batch", "tenant", "events", "cursor", "credits", "alerts");

  private final StreamLoop loop;
  private final BusConfig limits;
  private final Bus bus;
  private final MessageReplies replies;
  private final News news;
  private final RandomGenerator random;
  private final Map<String, Open> open = new LinkedHashMap<>();

  private record Open(TenantId tenant, BusSubscription subscription, Place place) {}

  /**
   * @param random nobody can foretell what it says
   */
  BusStreams(
      StreamLoop loop,
      BusConfig limits,
      Bus bus,
      MessageReplies replies,
      News news,
      RandomGenerator random) {
    this.loop = loop;
    this.limits = limits;
    this.bus = bus;
    this.replies = replies;
    this.news = news;
    this.random = random;
  }

  /** {@code {token, jobs | batch | tenant, events?, cursor?, credits?, alerts?}}. */
  Future<JsonObject> subscribe(JsonObject command) {
    return credential(command)
        .compose(access -> news.wanted(command).compose(wanted -> follow(access, wanted, command)))
        .otherwise(replies::refused);
  }

  /** {@code {token, subscription}}, which may be on another node. */
  Future<JsonObject> unsubscribe(JsonObject command) {
    return credential(command).map(access -> leave(access, command)).otherwise(replies::refused);
  }

  /** The answer to what is no JSON object at all. */
  JsonObject unreadable() {
    return replies.refused(
        new BacklotException(ErrorCode.INVALID_JSON, "A message is one JSON object."));
  }

  /** The answer to what comes when too many commands are at work. */
  JsonObject overloaded() {
    return replies.refused(
        new BacklotException(ErrorCode.OVERLOADED, "Send it again after a moment."));
  }

  /** Nobody wants it any more. */
  void ended(SubscriptionEnded wish) {
    Open found = open.get(wish.subscription());
    if (found != null && found.tenant().value().equals(wish.tenant())) {
      found.subscription().end();
    }
  }

  /** Tells every application to go on with another node. */
  void shutdown() {
    loop.shutdown();
  }

  int size() {
    return open.size();
  }

  private Future<Access> credential(JsonObject command) {
    if (!(command.getValue("token") instanceof String token)
        || token.length() > ClientMessage.CREDENTIAL_LENGTH_MAX) {
      return Future.failedFuture(unauthenticated());
    }
    return loop.access(token).map(found -> found.orElseThrow(BusStreams::unauthenticated));
  }

  private Future<JsonObject> follow(Access access, News.Wanted wanted, JsonObject command) {
    requireRoom(access.tenant());
    String id = newId();
    Subscribe asked = ClientMessage.subscribe(wish(command, id));
    Watch watch = access.watch(asked);
    Long from = asked.from(access.tenant());
    Place place = loop.enter().orElseThrow(BusStreams::full);
    BusSubscription subscription = make(id, access, place);
    open.put(id, new Open(access.tenant(), subscription, place));
    loop.add(subscription);
    return subscription
        .follow(watch, from)
        .onSuccess(begun -> addNews(id, wanted))
        .map(begun -> answer(id, access));
  }

  /** It may have ended by now. */
  private void addNews(String id, News.Wanted wanted) {
    Open still = open.get(id);
    if (still != null) {
      news.add(wanted, still.tenant(), still.subscription());
    }
  }

  private BusSubscription make(String id, Access access, Place place) {
    String address = Addresses.STREAM_EVENTS + id;
    return new BusSubscription(
        id,
        access,
        place,
        message -> bus.tell(address, message, limits.lease()),
        loop,
        limits.lease(),
        () -> forget(id));
  }

  private void forget(String id) {
    Open left = open.remove(id);
    if (left != null) {
      loop.remove(left.subscription());
      left.place().leave();
      news.remove(left.tenant(), left.subscription());
    }
  }

  /** As the WebSocket has it. */
  private static JsonObject wish(JsonObject command, String id) {
    MessageChecks.allow(command, MEMBERS);
    JsonObject wish = new JsonObject(new LinkedHashMap<>(command.getMap()));
    wish.getMap().keySet().removeAll(Set.of("token", "credits", "alerts"));
    return wish.put("type", "subscribe").put("id", id);
  }

  private JsonObject answer(String id, Access access) {
    Instant expiresAt = access.expiresAt();
    return replies.done(
        201,
        new JsonObject()
            .put("subscription", id)
            .put("address", Addresses.STREAM_EVENTS + id)
            .put("lease_ms", limits.lease().toMillis())
            .put("heartbeat_ms", loop.config().heartbeat().toMillis())
            .put("expires_at", expiresAt == null ? null : expiresAt.toString()));
  }

  private JsonObject leave(Access access, JsonObject command) {
    MessageChecks.allow(command, Set.of("token", "subscription"));
    String id = MessageChecks.text(command, "subscription", Watch.ID_LENGTH_MAX);
    bus.publish(Addresses.SUBSCRIPTION_ENDED, new SubscriptionEnded(id, access.tenant().value()));
    return replies.done(202, new JsonObject().put("subscription", id));
  }

  private void requireRoom(TenantId tenant) {
    if (open.size() >= limits.subscriptionsMax()) {
      throw full();
    }
    long own = open.values().stream().filter(each -> each.tenant().equals(tenant)).count();
    if (own >= limits.subscriptionsPerTenantMax()) {
      throw new BacklotException(
          ErrorCode.RATE_LIMITED,
          "You have "
              + own
              + " subscriptions on this node, which is the most. End one, or follow more with each.");
    }
  }

  private static BacklotException full() {
    return new BacklotException(
        ErrorCode.OVERLOADED, "This node has no room for more subscriptions; try again.");
  }

  private String newId() {
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static BacklotException unauthenticated() {
    return new BacklotException(
        ErrorCode.UNAUTHENTICATED, "Send a valid API key, or a stream token, as \"token\".");
  }
}
