package dev.backlot.facade;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
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
 *
 * <p>Anybody can put any access key into a token. So keys that nobody was found to have are
 * remembered apart, and only {@link #STRANGERS_MAX} of them are looked up at a time: a flood of
 * them neither fills the queue of the database nor pushes out those who are known.
 */
final class Callers {
  static final Duration MEMORY = Duration.ofSeconds(2);

  /** Look-ups under way of access keys that are not known to be anybody's. */
  static final int STRANGERS_MAX = 64;

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
  private final Map<String, Remembered> known = new OldestOut();
  private final Map<String, Remembered> strangers = new OldestOut();
  private int strangersUnderWay;

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
    Remembered friend = known.get(accessKey);
    Remembered last = friend == null ? strangers.get(accessKey) : friend;
    if (last != null && now.isBefore(last.until())) {
      return last.answer();
    }
    return friend == null ? lookUpStranger(accessKey, now) : lookUp(known, accessKey, now);
  }

  private Future<Optional<Pair>> lookUpStranger(String accessKey, Instant now) {
    if (strangersUnderWay >= STRANGERS_MAX) {
      return Future.failedFuture(new BacklotException(ErrorCode.OVERLOADED, "Ask again."));
    }
    strangersUnderWay++;
    return lookUp(strangers, accessKey, now).onComplete(answered -> strangersUnderWay--);
  }

  private Future<Optional<Pair>> lookUp(
      Map<String, Remembered> among, String accessKey, Instant now) {
    Remembered asked = new Remembered(pairs.find(accessKey), now.plus(MEMORY));
    among.put(accessKey, asked);
    return asked
        .answer()
        .onSuccess(found -> file(accessKey, asked, found.isPresent()))
        // To be asked again at once.
        .onFailure(unavailable -> among.put(accessKey, new Remembered(asked.answer(), now)));
  }

  /** Among those who are known, or not any more. */
  private void file(String accessKey, Remembered asked, boolean found) {
    (found ? strangers : known).remove(accessKey);
    (found ? known : strangers).put(accessKey, asked);
  }

  private static final class OldestOut extends LinkedHashMap<String, Remembered> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
      return size() > MAX_REMEMBERED;
    }
  }
}
