package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class OfferTest {
  private static Offer offer(String account, String price, int weight, int free) {
    return new Offer(account, new BigDecimal(price), weight, free);
  }

  private static String best(Offer... offers) {
    return List.of(offers).stream().min(Offer.BEST_FIRST).orElseThrow().account();
  }

  @Test
  void the_cheapest_account_goes_first_however_little_room_it_has() {
    assertThat(best(offer("dear", "1.10", 1000, 50), offer("cheap", "0.9", 1, 1)))
        .isEqualTo("cheap");
  }

  @Test
  void of_the_same_price_the_one_with_most_room_goes_first() {
    assertThat(best(offer("a", "1", 1, 2), offer("b", "1.0", 1, 3))).isEqualTo("b");
  }

  @Test
  void a_weight_makes_room_count_for_more() {
    assertThat(best(offer("a", "1", 1, 5), offer("b", "1", 3, 2))).isEqualTo("b");
  }

  @Test
  void what_is_alike_is_taken_by_name() {
    assertThat(best(offer("b", "1", 1, 1), offer("a", "1", 1, 1))).isEqualTo("a");
  }

  @Test
  void accounts_of_one_size_fill_until_room_times_weight_is_the_same() {
    Map<String, Integer> free = new TreeMap<>(Map.of("light", 40, "heavy", 40));
    for (int job = 0; job < 40; job++) {
      List<Offer> offers = new ArrayList<>();
      free.forEach(
          (account, left) ->
              offers.add(offer(account, "1", account.equals("heavy") ? 3 : 1, left)));
      free.merge(best(offers.toArray(Offer[]::new)), -1, Integer::sum);
    }

    assertThat(free).containsEntry("heavy", 10).containsEntry("light", 30);
  }
}
