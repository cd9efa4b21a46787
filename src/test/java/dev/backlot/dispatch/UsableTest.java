package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.port.Dispatches.Pack;
import dev.backlot.port.ProviderHealth;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class UsableTest {
  private static final String ACCOUNT = "main";
  private static final Pack IMAGES = new Pack(ACCOUNT, "image");

  @Test
  void an_account_on_trial_is_not_tried_with_what_its_parked_pack_pays_for() {
    Usable usable = Usable.onTrial(List.of(ACCOUNT), health(1, 0));

    assertThat(usable).isEqualTo(new Usable(List.of(ACCOUNT), List.of(IMAGES), 1));
  }

  @Test
  void a_pack_that_may_be_tried_is_open_for_one_and_only_on_trial() {
    ProviderHealth health = health(Integer.MAX_VALUE, 1);

    assertThat(Usable.onTrial(List.of(ACCOUNT), health))
        .isEqualTo(new Usable(List.of(ACCOUNT), List.of(), 1));
    assertThat(Usable.sound(List.of(ACCOUNT), health).shut()).containsExactly(IMAGES);
  }

  /** Of one account whose image pack is parked. */
  private static ProviderHealth health(int ofAccount, int ofPack) {
    return new ProviderHealth() {
      @Override
      public boolean mayCreate(String account) {
        return ofAccount > 0;
      }

      @Override
      public int createsAllowed(String account) {
        return ofAccount;
      }

      @Override
      public int createsAllowed(String account, String pack) {
        return pack.equals(IMAGES.type()) ? ofPack : ofAccount;
      }

      @Override
      public List<BreakerView> breakers() {
        return List.of();
      }

      @Override
      public List<Parked> parked() {
        return List.of(new Parked(ACCOUNT, IMAGES.type(), 1102, Instant.EPOCH, Instant.EPOCH));
      }

      @Override
      public void unpark(String account) {}
    };
  }
}
