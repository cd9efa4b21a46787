package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.Principal;
import dev.backlot.domain.access.Scope;
import dev.backlot.domain.access.TenantId;
import dev.backlot.http.Authentication;
import dev.backlot.http.FakeKeys;
import dev.backlot.http.TestServer;
import dev.backlot.port.AccessKeys;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

  /** Answers when it does. */
  private Promise<Void> database = answering();

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
      Optional<Pair> found = Optional.ofNullable(pairs.get(accessKey));
      return database.future().map(found);
    }

    @Override
    public Future<Boolean> revoke(String accessKey, Instant at) {
      throw new UnsupportedOperationException();
    }
  }

  private static Promise<Void> answering() {
    Promise<Void> database = Promise.promise();
    database.complete();
    return database;
  }

  private String token() throws Exception {
    return token("access");
  }

  private String token(String accessKey) throws Exception {
    return "Bearer "
        + SignedTokenTest.token(
            "{\"alg\":\"HS256\"}",
            "{\"iss\":\""
                + accessKey
                + "\",\"exp\":"
                + now.plusSeconds(1800).getEpochSecond()
                + "}",
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
  void a_flood_of_made_up_access_keys_is_looked_up_a_few_at_a_time() throws Exception {
    database = Promise.promise();
    List<Future<Principal>> flood = new ArrayList<>();
    for (int n = 0; n <= Callers.STRANGERS_MAX; n++) {
      flood.add(callers.caller(token("stranger" + n), true));
    }

    assertThat(lookUps).isEqualTo(Callers.STRANGERS_MAX);
    Throwable tooMany = flood.get(Callers.STRANGERS_MAX).cause();
    assertThat(tooMany).isInstanceOf(BacklotException.class);
    assertThat(((BacklotException) tooMany).code()).isEqualTo(ErrorCode.OVERLOADED);
    database.complete();
    assertThat(refusal(flood.get(0))).isEqualTo(KlingCode.AUTHORIZATION_INVALID);
    assertThat(refusal(callers.caller(token("another"), true)))
        .isEqualTo(KlingCode.AUTHORIZATION_INVALID);
  }

  @Test
  void a_known_pair_is_looked_up_during_a_flood() throws Exception {
    pairs.put("access", new AccessKeys.Pair(ACME, "secret"));
    callers.caller(token(), true);
    now = now.plus(Callers.MEMORY);
    database = Promise.promise();
    for (int n = 0; n < Callers.STRANGERS_MAX; n++) {
      callers.caller(token("stranger" + n), true);
    }

    Future<Principal> caller = callers.caller(token(), true);
    database.complete();

    assertThat(caller.result()).isEqualTo(ACME);
  }

  @Test
  void made_up_access_keys_push_out_nobody_who_is_known() throws Exception {
    pairs.put("access", new AccessKeys.Pair(ACME, "secret"));
    callers.caller(token(), true);
    for (int n = 0; n < 10_001; n++) {
      callers.caller(token("stranger" + n), true);
    }
    int before = lookUps;

    assertThat(callers.caller(token(), true).result()).isEqualTo(ACME);
    assertThat(lookUps).isEqualTo(before);
  }

  @Test
  void a_made_up_access_key_is_looked_up_once_in_a_while() throws Exception {
    callers.caller(token(), true);
    callers.caller(token(), true);

    assertThat(lookUps).isEqualTo(1);
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
