package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.input.PartPlace;
import dev.backlot.domain.job.AttemptId;
import dev.backlot.domain.job.AttemptRef;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.Inputs;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PartLoaderTest {
  private static final int MAX = 100;
  private static final AttemptRef REF =
      new AttemptRef(
          new AttemptId(new UUID(1, 1)),
          new JobId(new UUID(2, 2)),
          new TenantId(new UUID(3, 3)),
          1,
          "account",
          "/path",
          "external");

  private final List<String> read = new ArrayList<>();
  private final List<Promise<Void>> sends = new ArrayList<>();
  private boolean broken;
  private final PartLoader loader = new PartLoader(inputs(), MAX);

  private Inputs inputs() {
    return (tenant, job, offset, length) -> {
      read.add(offset + "+" + length);
      return broken
          ? Future.failedFuture(new BacklotException(ErrorCode.STORE_UNAVAILABLE, "away"))
          : Future.succeededFuture(new byte[length]);
    };
  }

  @Test
  void parts_are_read_in_the_order_of_their_places_and_held_until_the_send_is_done() {
    Future<Void> sent = send(place(40, 30), place(0, 40));

    assertThat(read).containsExactly("40+30", "0+40");
    assertThat(loader.held()).isEqualTo(70);
    sends.get(0).complete();
    assertThat(sent.succeeded()).isTrue();
    assertThat(loader.held()).isZero();
  }

  @Test
  void what_has_no_room_waits_in_the_order_of_asking() {
    send(place(0, 60));
    send(place(0, 61));
    send(place(0, 10));
    assertThat(sends).hasSize(1);

    sends.get(0).complete();

    assertThat(read).containsExactly("0+60", "0+61", "0+10");
    assertThat(loader.held()).isEqualTo(71);
  }

  @Test
  void one_that_alone_is_too_large_goes_when_nothing_else_is_held() {
    send(place(0, 10));
    send(place(0, MAX + 1));
    assertThat(sends).hasSize(1);

    sends.get(0).complete();

    assertThat(sends).hasSize(2);
  }

  @Test
  void what_cannot_be_read_is_not_sent_and_makes_room() {
    broken = true;

    Future<Void> sent = send(place(0, 60));

    assertThat(sent.failed()).isTrue();
    assertThat(sends).isEmpty();
    assertThat(loader.held()).isZero();
  }

  private Future<Void> send(PartPlace... places) {
    return loader.with(
        REF,
        List.of(places),
        parts -> {
          Promise<Void> send = Promise.promise();
          sends.add(send);
          return send.future();
        });
  }

  private static PartPlace place(long offset, int length) {
    return new PartPlace(0, 1, offset, length);
  }
}
