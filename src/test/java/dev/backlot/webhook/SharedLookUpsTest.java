package dev.backlot.webhook;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SharedLookUpsTest {
  private static final List<InetAddress> ADDRESSES = List.of(InetAddress.getLoopbackAddress());

  private final List<String> asked = new ArrayList<>();
  private final Promise<List<InetAddress>> slow = Promise.promise();
  private final SharedLookUps lookUps =
      new SharedLookUps(
          host -> {
            asked.add(host);
            return host.equals("slow.example") ? slow.future() : Future.succeededFuture(ADDRESSES);
          });

  @Test
  void who_asks_for_a_name_that_is_being_looked_up_shares_the_answer() {
    Future<List<InetAddress>> first = lookUps.resolve("slow.example");
    Future<List<InetAddress>> second = lookUps.resolve("slow.example");
    assertThat(lookUps.resolve("other.example").isComplete()).isTrue();

    slow.complete(ADDRESSES);

    assertThat(List.of(first.result(), second.result())).containsExactly(ADDRESSES, ADDRESSES);
    assertThat(asked).containsExactly("slow.example", "other.example");
  }

  /** Else whoever changes the answer would be believed only once. */
  @Test
  void an_answer_is_not_kept() {
    lookUps.resolve("other.example");
    lookUps.resolve("other.example");

    assertThat(asked).hasSize(2);
  }

  @Test
  void a_failure_is_shared_and_not_kept_either() {
    Future<List<InetAddress>> first = lookUps.resolve("slow.example");
    Future<List<InetAddress>> second = lookUps.resolve("slow.example");

    slow.fail("no such name");

    assertThat(first.failed() && second.failed()).isTrue();
    lookUps.resolve("slow.example");
    assertThat(asked).hasSize(2);
  }

  @Test
  void each_is_answered_on_its_own_event_loop() throws Exception {
    Vertx vertx = Vertx.vertx();
    try {
      lookUps.resolve("slow.example");
      Context asker = vertx.getOrCreateContext();
      Promise<Context> answeredOn = Promise.promise();
      Promise<Void> waits = Promise.promise();
      asker.runOnContext(
          turn -> {
            lookUps
                .resolve("slow.example")
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
}
