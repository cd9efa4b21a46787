package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.drill.Order.Door;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderTest {
  private final List<Order> orders = IntStream.range(0, 200).mapToObj(Order::of).toList();

  @Test
  void every_door_is_used() {
    assertThat(orders).extracting(Order::door).contains(Door.values());
  }

  @Test
  void image_tasks_make_from_two_to_nine() {
    assertThat(orders)
        .filteredOn(order -> order.images() > 0)
        .extracting(Order::images)
        .containsOnly(2, 3, 4, 5, 6, 7, 8, 9)
        .contains(2, 9);
  }

  @Test
  void images_come_in_by_both_apis() {
    assertThat(orders)
        .filteredOn(order -> order.images() > 0)
        .extracting(Order::door)
        .containsOnly(Door.OWN, Door.OLDER)
        .contains(Door.OWN, Door.OLDER);
  }

  @Test
  void a_number_is_always_the_same_job() {
    assertThat(Order.of(8)).isEqualTo(Order.of(8));
    assertThat(Order.of(8).body("id")).isEqualTo(Order.of(8).body("id"));
  }
}
