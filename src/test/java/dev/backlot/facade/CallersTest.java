package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import dev.backlot.port.AccessKeys;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallersTest {
  private static final Principal ACME =
      new Principal(new TenantId(new UUID(1, 1)), "access", Set.of(Scope.READ));

  private final Map<String, AccessKeys.Pair> pairs = new HashMap<>();
  private int lookUps;
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final Callers callers =
      new Callers(
          new Authentication(new FakeKeys(), () -> now),
          new KnownPairs(),
          Duration.ofSeconds(30),
          () -> now);

  private final class KnownPairs implements AccessKeys {
    @Override
    public Future<NewPair> create(String tenantName, Set<Scope> scopes, Instant at) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Future<Optional<Pair>> find(String accessKey) {
      lookUps++;
      return Future.succeededFuture(Optional.ofNullable(pairs.get(accessKey)));
    }

    @Override
    public Future<Boolean> revoke(String accessKey, Instant at) {
      throw new UnsupportedOperationException();
    }
  }

  private String token() throws Exception {
    return "Bearer "
        + SignedTokenTest.token(
            "{\"alg\":\"HS256\"}",
            "{\"iss\":\"access\",\"exp\":" + now.plusSeconds(1800).getEpochSecond() + "}",
            "secret");
  }

  private static KlingCode refusal(Future<Principal> caller) {
    assertThat(caller.cause()).isInstanceOf(Refused.class);
    return ((Refused) caller.cause()).code();
  }

  @Test
  void a_token_opens_what_its_pair_does() throws Exception {
    pairs.put("access", new AccessKeys.Pair(ACME, "secret"));

    assertThat(callers.caller(token(), true).result()).isEqualTo(ACME);
    assertThat(refusal(callers.caller(token(), false))).isEqualTo(KlingCode.AUTHORIZATION_INVALID);
  }

  @Test
  void an_api_key_opens_both_dialects() {
    String key = "bearer " + TestServer.KEY;

    assertThat(callers.caller(key, true).result().tenant()).isEqualTo(FakeKeys.TENANT);
    assertThat(callers.caller(key, false).result().tenant()).isEqualTo(FakeKeys.TENANT);
  }

  @Test
  void a_busy_pair_is_looked_up_once_and_a_revoked_one_refused_soon() throws Exception {
    pairs.put("access", new AccessKeys.Pair(ACME, "secret"));
    callers.caller(token(), true);
    callers.caller(token(), true);
    assertThat(lookUps).isEqualTo(1);
    pairs.clear();

    now = now.plus(Callers.MEMORY);

    assertThat(refusal(callers.caller(token(), true))).isEqualTo(KlingCode.AUTHORIZATION_INVALID);
  }

  @Test
  void nothing_is_told_apart_from_a_blank() {
    assertThat(refusal(callers.caller(null, true))).isEqualTo(KlingCode.AUTHORIZATION_EMPTY);
    assertThat(refusal(callers.caller(" ", true))).isEqualTo(KlingCode.AUTHORIZATION_EMPTY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"Basic x", "Bearer", "Bearer ", "Bearer blk_", "Bearer bst_x", "x"})
  void what_opens_nothing_is_refused(String authorization) {
    assertThat(refusal(callers.caller(authorization, true)))
        .isEqualTo(KlingCode.AUTHORIZATION_INVALID);
  }
}
