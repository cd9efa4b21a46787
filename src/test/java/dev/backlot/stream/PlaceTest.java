package dev.backlot.stream;

import static dev.backlot.stream.StreamServer.OTHER;
import static dev.backlot.stream.StreamServer.TENANT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.config.StreamConfig;
import dev.backlot.domain.BacklotException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PlaceTest {
  private static final int MIB = 1 << 20;

  private final Places places = new Places();

  @Test
  void a_tenant_has_its_fill_and_another_has_not() {
    StreamConfig config = StreamServer.configOfTenants(2);
    place(config).take(TENANT);
    Place second = place(config);
    second.take(TENANT);
    Place third = place(config);

    assertThatThrownBy(() -> third.take(TENANT))
        .isInstanceOf(BacklotException.class)
        .hasMessageContaining("as many as may be (2)");
    place(config).take(OTHER);
    second.leave();
    third.take(TENANT);

    assertThat(places.crowdedOut()).isEqualTo(1);
    assertThat(places.connections()).isEqualTo(3);
  }

  @Test
  void a_place_is_counted_once_however_often_it_is_taken_and_left() {
    Place place = place(StreamServer.configOfTenants(1));
    place.take(TENANT);
    place.take(TENANT);
    place.take(OTHER);

    place.leave();
    place.leave();
    place.take(TENANT);

    assertThat(places.connections()).isZero();
    assertThat(places.tenants()).isZero();
  }

  @Test
  void what_waits_is_counted_while_the_place_is_there() {
    StreamConfig config = StreamServer.configOfQueues(MIB, MIB);
    Place place = place(config);

    assertThat(place.isOverdrawn(400_000)).isFalse();
    assertThat(places.waiting()).isEqualTo(400_000);
    assertThat(place.isOverdrawn(100)).isFalse();
    assertThat(places.waiting()).as("what everybody has").isZero();
    place.isOverdrawn(300_000);
    place.leave();
    place.isOverdrawn(300_000);

    assertThat(places.waiting()).isZero();
  }

  @Test
  void the_share_shrinks_as_the_budget_fills_and_never_below_the_least() {
    assertThat(Place.share(0, 10 * MIB, MIB)).isEqualTo(MIB);
    assertThat(Place.share(5 * MIB, 10 * MIB, MIB)).isEqualTo(MIB);
    assertThat(Place.share(6 * MIB, 10 * MIB, MIB)).isBetween(MIB * 79L / 100, MIB * 81L / 100);
    assertThat(Place.share(9 * MIB, 10 * MIB, MIB)).isBetween(MIB * 19L / 100, MIB * 21L / 100);
    assertThat(Place.share(10 * MIB, 10 * MIB, MIB)).isEqualTo(Place.SHARE_MIN);
    assertThat(Place.share(20 * MIB, 10 * MIB, MIB)).isEqualTo(Place.SHARE_MIN);
  }

  @Test
  void one_reader_may_fill_its_queue_and_many_may_not() {
    StreamConfig config = StreamServer.configOfQueues(MIB, 2L * MIB);
    List<Place> slow = new ArrayList<>();
    for (int n = 0; n < 10; n++) {
      slow.add(place(config));
    }

    assertThat(slow.get(0).isOverdrawn(MIB)).as("the only slow one").isFalse();
    long refused = slow.stream().filter(each -> each.isOverdrawn(MIB / 2)).count();

    assertThat(refused).isPositive();
  }

  @Test
  void many_event_loops_at_once_let_in_as_many_as_may_be() throws Exception {
    var loops = Executors.newFixedThreadPool(4);
    List<Future<Integer>> entered = new ArrayList<>();
    for (int loop = 0; loop < 4; loop++) {
      entered.add(loops.submit(this::enterOften));
    }
    int sum = 0;
    for (Future<Integer> each : entered) {
      sum += each.get(20, TimeUnit.SECONDS);
    }
    loops.shutdown();

    assertThat(sum).isEqualTo(1_000);
    for (int n = 0; n < 1_000; n++) {
      places.leave(TENANT);
    }
    assertThat(places.tenants()).isZero();
  }

  private int enterOften() {
    int entered = 0;
    for (int n = 0; n < 100_000; n++) {
      if (places.enter(TENANT, 1_000)) {
        entered++;
      }
    }
    return entered;
  }

  private Place place(StreamConfig config) {
    assertThat(places.enter(config.socketsMax())).isTrue();
    return new Place(places, config);
  }
}
