package dev.backlot.intake;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.http.Authentication;
import dev.backlot.port.Keys;
import dev.backlot.port.Keys.StreamGrant;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Finds out who sends a message, from its {@code token}. A missing, a malformed, an unknown and a
 * revoked one get the same answer. One instance per event loop.
 */
final class Callers {
  private static final int TOKEN_LENGTH_MAX = 200;
  private static final String STREAM_TOKEN = "bst_";

  private final Authentication authentication;
  private final Keys keys;
  private final InstantSource clock;

  Callers(Authentication authentication, Keys keys, InstantSource clock) {
    this.authentication = authentication;
    this.keys = keys;
    this.clock = clock;
  }

  static boolean hasStreamToken(JsonObject message) {
    return token(message).filter(token -> token.startsWith(STREAM_TOKEN)).isPresent();
  }

  /** Fails with UNAUTHENTICATED, or with FORBIDDEN for a key without the scope and a token. */
  Future<Principal> require(Scope scope, JsonObject message) {
    return hasStreamToken(message)
        ? grant(message).compose(valid -> Future.failedFuture(forbidden(scope)))
        : authentication.authenticate(token(message).orElse(null)).map(who -> admit(scope, who));
  }

  private static Principal admit(Scope scope, Optional<Principal> caller) {
    Principal principal = caller.orElseThrow(Callers::unauthenticated);
    if (!principal.may(scope)) {
      throw forbidden(scope);
    }
    return principal;
  }

  /** What the stream token of a message allows. Fails with UNAUTHENTICATED. */
  Future<StreamGrant> grant(JsonObject message) {
    return keys.streamGrant(token(message).orElse(""), clock.instant())
        .map(found -> found.orElseThrow(Callers::unauthenticated));
  }

  private static Optional<String> token(JsonObject message) {
    return message.getValue("token") instanceof String token
            && !token.isEmpty()
            && token.length() <= TOKEN_LENGTH_MAX
        ? Optional.of(token)
        : Optional.empty();
  }

  private static BacklotException unauthenticated() {
    return new BacklotException(
        ErrorCode.UNAUTHENTICATED, "Send a valid API key, or a stream token, as \"token\".");
  }

  private static BacklotException forbidden(Scope scope) {
    return new BacklotException(
        ErrorCode.FORBIDDEN, "This call needs a key with the scope " + scope.text() + ".");
  }
}
