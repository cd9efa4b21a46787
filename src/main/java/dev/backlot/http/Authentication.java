package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.port.Keys;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls, from {@code Authorization: Bearer blk_...}. One instance per event loop.
 *
 * <p>Answers are remembered for {@link #MEMORY}, so that a busy key costs the database one look-up
 * in that time and a revoked one is refused everywhere that much later at most. A missing, a
 * malformed, an unknown and a revoked key get the same answer.
 */
public final class Authentication {
  static final Duration MEMORY = Duration.ofSeconds(2);
  private static final int MAX_REMEMBERED = 10_000;
  private static final int MAX_KEY_LENGTH = 200;
  private static final String PRINCIPAL = "backlot.principal";
  private static final String SCHEME = "Bearer ";

  private final Keys keys;
  private final InstantSource clock;
  private final MessageDigest sha256 = sha256();

  /** By SHA-256 of the presented key. This event loop only. */
  private final Map<String, Remembered> remembered = new OldestOut();

  private record Remembered(Future<Optional<Principal>> answer, Instant until) {}

  public Authentication(Keys keys, InstantSource clock) {
    this.keys = keys;
    this.clock = clock;
  }

  /** Lets a request through when its key is valid and has the scope; 401 or 403 otherwise. */
  public Handler<RoutingContext> require(Scope scope) {
    return ctx -> {
      Future<Optional<Principal>> caller = authenticate(bearer(ctx));
      if (caller.isComplete()) {
        admit(ctx, scope, caller);
        return;
      }
      // Without this the body would arrive before there is a handler for it.
      ctx.request().pause();
      caller.onComplete(
          answered -> {
            // First the handler of the body, then the body.
            admit(ctx, scope, caller);
            ctx.request().resume();
          });
    };
  }

  /** The caller of a request that {@link #require} has let through. */
  public static Principal principal(RoutingContext ctx) {
    Principal principal = ctx.get(PRINCIPAL);
    if (principal == null) {
      throw new IllegalStateException("this route requires no scope");
    }
    return principal;
  }

  /** The credential of the Authorization header, unchecked; null when there is none. */
  public static @Nullable String bearer(RoutingContext ctx) {
    String header = ctx.request().getHeader(HttpHeaderNames.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return null;
    }
    String credential = header.substring(SCHEME.length()).strip();
    return credential.isEmpty() || credential.length() > MAX_KEY_LENGTH ? null : credential;
  }

  /** The caller behind an API key, from memory or from the database. */
  public Future<Optional<Principal>> authenticate(@Nullable String presented) {
    if (presented == null) {
      return Future.succeededFuture(Optional.empty());
    }
    String digest = digest(presented);
    Instant now = clock.instant();
    Remembered known = remembered.get(digest);
    if (known != null && now.isBefore(known.until())) {
      return known.answer();
    }
    Future<Optional<Principal>> answer = keys.authenticate(presented);
    remembered.put(digest, new Remembered(answer, now.plus(MEMORY)));
    return answer.onFailure(unavailable -> remembered.remove(digest));
  }

  private static void admit(RoutingContext ctx, Scope scope, Future<Optional<Principal>> caller) {
    if (caller.failed()) {
      Problems.send(ctx, caller.cause());
      return;
    }
    Principal principal = caller.result().orElse(null);
    if (principal == null) {
      Problems.send(ctx, Problems.of(ErrorCode.UNAUTHENTICATED));
      return;
    }
    if (!principal.may(scope)) {
      Problems.send(
          ctx,
          new BacklotException(
              ErrorCode.FORBIDDEN, "This call needs a key with the scope " + scope.text() + "."));
      return;
    }
    admitted(ctx, principal);
    ctx.next();
  }

  /** For routes whose callers are found in a way of their own: from now on it is this one. */
  public static void admitted(RoutingContext ctx, Principal principal) {
    ctx.put(PRINCIPAL, principal);
  }

  private String digest(String presented) {
    return HexFormat.of().formatHex(sha256.digest(presented.getBytes(StandardCharsets.UTF_8)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }

  /** Forgets the oldest entry at its bound: that key is looked up again. */
  private static final class OldestOut extends LinkedHashMap<String, Remembered> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
      return size() > MAX_REMEMBERED;
    }
  }
}
