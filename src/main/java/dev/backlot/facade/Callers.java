package dev.backlot.facade;

import dev.backlot.domain.access.Principal;
import dev.backlot.http.Authentication;
import dev.backlot.port.AccessKeys;
import dev.backlot.port.AccessKeys.Pair;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who calls: by an API key of ours, or by a token signed with a pair of ours. One
 * instance per event loop. Pairs are remembered for {@link #MEMORY}, so a revoked one is refused
 * that much later at most.
 */
final class Callers {
  static final Duration MEMORY = Duration.ofSeconds(2);

  /** At the bound the oldest is forgotten, and looked up again. */
  private static final int MAX_REMEMBERED = 10_000;

  private static final int MAX_LENGTH = 4_096;
  private static final String SCHEME = "Bearer ";
  private static final String API_KEY = "blk_";
  private static final String NEEDS_API_KEY =
      "Authentication error. The current API does not support AK/SK; please use an API key.";

  private final Authentication keys;
  private final AccessKeys pairs;
  private final Duration skew;
  private final InstantSource clock;
  private final Map<String, Remembered> remembered = new OldestOut();

  private record Remembered(Future<Optional<Pair>> answer, Instant until) {}

  /**
   * @param skew that a client's clock and ours may be apart
   */
  Callers(Authentication keys, AccessKeys pairs, Duration skew, InstantSource clock) {
    this.keys = keys;
    this.pairs = pairs;
    this.skew = skew;
    this.clock = clock;
  }

  /**
   * @param authorization the header
   * @param tokens whether a signed token will do: the newer dialect takes API keys alone (Kling
   *     reference, section 2.3)
   * @return fails with {@link Refused}, or as the look-up fails
   */
  Future<Principal> caller(@Nullable String authorization, boolean tokens) {
    try {
      String bearer = bearer(authorization);
      if (bearer.startsWith(API_KEY)) {
        return keys.authenticate(bearer).map(Callers::known);
      }
      if (!tokens) {
        throw new Refused(KlingCode.AUTHORIZATION_INVALID, NEEDS_API_KEY);
      }
      SignedToken token = SignedToken.parse(bearer);
      return pair(token.accessKey())
          .map(
              found -> {
                Pair pair = found.orElseThrow(() -> new Refused(KlingCode.AUTHORIZATION_INVALID));
                token.check(pair.secretKey(), clock.instant(), skew);
                return pair.principal();
              });
    } catch (Refused refused) {
      return Future.failedFuture(refused);
    }
  }

  private static String bearer(@Nullable String authorization) {
    if (authorization == null || authorization.isBlank()) {
      throw new Refused(KlingCode.AUTHORIZATION_EMPTY);
    }
    if (!authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        || authorization.length() > MAX_LENGTH) {
      throw new Refused(KlingCode.AUTHORIZATION_INVALID);
    }
    return authorization.substring(SCHEME.length()).strip();
  }

  private static Principal known(Optional<Principal> found) {
    return found.orElseThrow(() -> new Refused(KlingCode.AUTHORIZATION_INVALID));
  }

  private Future<Optional<Pair>> pair(String accessKey) {
    if (accessKey.length() > MAX_LENGTH) {
      return Future.succeededFuture(Optional.empty());
    }
    Instant now = clock.instant();
    Remembered known = remembered.get(accessKey);
    if (known != null && now.isBefore(known.until())) {
      return known.answer();
    }
    Future<Optional<Pair>> answer = pairs.find(accessKey);
    remembered.put(accessKey, new Remembered(answer, now.plus(MEMORY)));
    return answer.onFailure(unavailable -> remembered.remove(accessKey));
  }

  private static final class OldestOut extends LinkedHashMap<String, Remembered> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
      return size() > MAX_REMEMBERED;
    }
  }
}
