package dev.backlot.stream.bridge;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.MessageReplies;
import dev.backlot.stream.Access;
import dev.backlot.stream.ClientMessage;
import dev.backlot.stream.Feed;
import dev.backlot.stream.Messages;
import dev.backlot.stream.Outbox;
import dev.backlot.stream.Subscribe;
import dev.backlot.stream.Watch;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What one client of a bridge follows, and by which credential: the last good one that it has
 * shown. Answers as the commands of the bus are answered. Event loop of the client only.
 */
final class BridgeStream {
  /** The name of a subscription that its client has given none. */
  static final String UNNAMED = "bridge";

  private static final Set<String> OF_UNSUBSCRIBE = Set.of("token", "subscription");

  private final Function<String, Future<Optional<Access>>> credentials;
  private final Function<Access, Feed> feeds;
  private final MessageReplies replies;
  private final Outbox outbox;

  /** One credential at a time, in the order in which they came. */
  private Future<?> turn = Future.succeededFuture();

  private @Nullable Access access;
  private @Nullable Feed feed;

  /**
   * @param credentials looks up a token or key; empty for one that opens nothing
   * @param feeds makes the feed of this client, once; throws when it may have none
   * @param outbox of the same client
   */
  BridgeStream(
      Function<String, Future<Optional<Access>>> credentials,
      Function<Access, Feed> feeds,
      MessageReplies replies,
      Outbox outbox) {
    this.credentials = credentials;
    this.feeds = feeds;
    this.replies = replies;
    this.outbox = outbox;
  }

  /**
   * {@code {token, jobs | batch | tenant, events?, cursor?, id?}}; with nothing but a token, that
   * takes the place of the one before.
   *
   * @return never fails; completes when everything up to now was queued
   */
  Future<JsonObject> subscribe(JsonObject command) {
    return credential(command)
        .compose(this::hold)
        .compose(held -> command.size() == 1 ? renewed(held) : follow(held, command))
        .otherwise(replies::refused);
  }

  /**
   * {@code {token, subscription}}.
   *
   * @return never fails
   */
  Future<JsonObject> unsubscribe(JsonObject command) {
    return credential(command).compose(shown -> leave(shown, command)).otherwise(replies::refused);
  }

  Optional<Access> access() {
    return Optional.ofNullable(access);
  }

  OptionalLong cursor() {
    return feed == null ? OptionalLong.empty() : feed.cursor();
  }

  void close() {
    if (feed != null) {
      feed.close();
    }
  }

  private Future<Access> credential(JsonObject command) {
    Future<Access> found =
        turn.transform(before -> Future.succeededFuture(command))
            .map(asked -> ClientMessage.text(asked, "token", ClientMessage.CREDENTIAL_LENGTH_MAX))
            .compose(credentials)
            .map(shown -> shown.orElseThrow(BridgeStream::unauthenticated));
    turn = found;
    return found;
  }

  private Future<Access> hold(Access shown) {
    if (outbox.isClosed()) {
      return Future.failedFuture(
          new BacklotException(ErrorCode.OVERLOADED, "The connection is being closed."));
    }
    Feed followed = feed;
    if (access != null && followed != null && !mayReplace(access, shown, followed)) {
      return Future.failedFuture(
          new BacklotException(
              ErrorCode.FORBIDDEN,
              "A connection follows jobs of one tenant, and by one token that covers them all. Get"
                  + " such a token, or open another connection."));
    }
    if (followed == null) {
      feed = feeds.apply(shown);
    }
    access = shown;
    return Future.succeededFuture(shown);
  }

  private static boolean mayReplace(Access before, Access shown, Feed followed) {
    return shown.tenant().equals(before.tenant()) && followed.isCovered(shown);
  }

  private Future<JsonObject> renewed(Access held) {
    return Future.succeededFuture(done(held, null));
  }

  private Future<JsonObject> follow(Access held, JsonObject command) {
    Subscribe asked = ClientMessage.subscribe(wish(command));
    Watch watch = held.watch(asked);
    Feed followed = feed;
    if (followed == null) {
      throw new IllegalStateException("no feed for a held credential");
    }
    return followed
        .subscribe(watch, asked.from(held.tenant()))
        .onSuccess(live -> outbox.send(Messages.live(asked.id())))
        .map(live -> done(held, asked.id()));
  }

  private Future<JsonObject> leave(Access shown, JsonObject command) {
    Feed followed = feed;
    if (followed == null || access == null || !shown.tenant().equals(access.tenant())) {
      return Future.failedFuture(
          BacklotException.ofField(
              ErrorCode.INVALID_REQUEST,
              "/subscription",
              "There is no such subscription on this connection."));
    }
    ClientMessage.allow(command, OF_UNSUBSCRIBE);
    String id = ClientMessage.text(command, "subscription", Watch.ID_LENGTH_MAX);
    return followed
        .unsubscribe(id)
        .map(left -> replies.done(200, new JsonObject().put("subscription", id)));
  }

  /** As the WebSocket has it. */
  private static JsonObject wish(JsonObject command) {
    JsonObject wish = new JsonObject(new LinkedHashMap<>(command.getMap()));
    wish.remove("token");
    if (!wish.containsKey("id")) {
      wish.put("id", UNNAMED);
    }
    return wish.put("type", "subscribe");
  }

  private JsonObject done(Access held, @Nullable String subscription) {
    JsonObject body = new JsonObject();
    if (subscription != null) {
      body.put("subscription", subscription);
    }
    Instant expiresAt = held.expiresAt();
    return replies.done(
        200,
        body.put("address", BridgeSession.EVENTS)
            .put("expires_at", expiresAt == null ? null : expiresAt.toString()));
  }

  private static BacklotException unauthenticated() {
    return new BacklotException(
        ErrorCode.UNAUTHENTICATED, "Send a valid stream token or API key as token.");
  }
}
