package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.backlot.domain.access.TenantId;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SharedLookUpsTest {
  private static final List<InetAddress> ADDRESSES = List.of(InetAddress.getLoopbackAddress());

  private static final TenantId TENANT = new TenantId(new UUID(1, 1));
  private static final TenantId OTHER = new TenantId(new UUID(2, 2));
  private static final long PATIENCE = 20_000;

  private final List<String> asked = new ArrayList<>();
  private final Promise<List<InetAddress>> slow = Promise.promise();
  private final SharedLookUps lookUps =
      new SharedLookUps(
          host -> {
            asked.add(host);
            return host.equals("slow.example") ? slow.future() : Future.succeededFuture(ADDRESSES);
          },
          3,
          2);

  @Test
  void who_asks_for_a_name_that_is_being_looked_up_shares_the_answer() {
    Future<List<InetAddress>> first = lookUps.resolve(TENANT, "slow.example", PATIENCE);
    Future<List<InetAddress>> second = lookUps.resolve(TENANT, "slow.example", PATIENCE);
    assertThat(lookUps.resolve(TENANT, "other.example", PATIENCE).isComplete()).isTrue();

    slow.complete(ADDRESSES);

    assertThat(List.of(first.result(), second.result())).containsExactly(ADDRESSES, ADDRESSES);
    assertThat(asked).containsExactly("slow.example", "other.example");
  }

  /** Else whoever changes the answer would be believed only once. */
  @Test
  void an_answer_is_not_kept() {
    lookUps.resolve(TENANT, "other.example", PATIENCE);
    lookUps.resolve(TENANT, "other.example", PATIENCE);

    assertThat(asked).hasSize(2);
  }

  @Test
  void a_failure_is_shared_and_not_kept_either() {
    Future<List<InetAddress>> first = lookUps.resolve(TENANT, "slow.example", PATIENCE);
    Future<List<InetAddress>> second = lookUps.resolve(TENANT, "slow.example", PATIENCE);

    slow.fail("no such name");

    assertThat(first.failed() && second.failed()).isTrue();
    lookUps.resolve(TENANT, "slow.example", PATIENCE);
    assertThat(asked).hasSize(2);
  }

  @Test
  void each_is_answered_on_its_own_event_loop() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      lookUps.resolve(TENANT, "slow.example", PATIENCE);
      Context asker = vertx.getOrCreateContext();
      Promise<Context> answeredOn = Promise.promise();
      Promise<Void> waits = Promise.promise();
      asker.runOnContext(
          turn -> {
            lookUps
                .resolve(TENANT, "slow.example", PATIENCE)
                .onSuccess(found -> answeredOn.complete(Vertx.currentContext()));
            waits.complete();
          });
      waits.future().await(20, TimeUnit.SECONDS);

      slow.complete(ADDRESSES);

      assertThat(answeredOn.future().await(20, TimeUnit.SECONDS)).isSameAs(asker);
    } finally {
      vertx.close().await(20, TimeUnit.SECONDS);
    }
  }

  /** However many names whose servers never answer a tenant has. */
  @Test
  void a_tenant_has_few_look_ups_at_a_time_and_others_go_on() {
    SharedLookUps hanging = new SharedLookUps(this::hang, 3, 2);
    for (int n = 0; n < 16; n++) {
      hanging.resolve(TENANT, "dead-" + n + ".example", PATIENCE);
    }
    hanging.resolve(OTHER, "theirs.example", PATIENCE);

    assertThat(asked).containsExactly("dead-0.example", "dead-1.example", "theirs.example");
  }

  @Test
  void the_next_one_begins_when_one_has_ended() {
    Promise<List<InetAddress>> first = Promise.promise();
    SharedLookUps hanging =
        new SharedLookUps(
            host -> {
              asked.add(host);
              return first.future();
            },
            3,
            1);
    hanging.resolve(TENANT, "one.example", PATIENCE);
    Future<List<InetAddress>> second = hanging.resolve(TENANT, "two.example", PATIENCE);

    first.complete(ADDRESSES);

    assertThat(asked).containsExactly("one.example", "two.example");
    assertThat(second.result()).isEqualTo(ADDRESSES);
  }

  @Test
  void one_whose_turn_does_not_come_in_time_says_so_and_is_not_begun_later() throws Exception {
    Promise<List<InetAddress>> first = Promise.promise();
    SharedLookUps hanging =
        new SharedLookUps(
            host -> {
              asked.add(host);
              return first.future();
            },
            3,
            1);
    hanging.resolve(TENANT, "one.example", PATIENCE);

    Future<List<InetAddress>> second = hanging.resolve(TENANT, "two.example", 1);

    assertThat(catchThrowable(() -> second.await(20, TimeUnit.SECONDS)))
        .isInstanceOf(SharedLookUps.NotBegun.class);
    first.complete(ADDRESSES);
    assertThat(asked).containsExactly("one.example");
  }

  private Future<List<InetAddress>> hang(String host) {
    asked.add(host);
    return Promise.<List<InetAddress>>promise().future();
  }
}
