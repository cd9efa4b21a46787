package dev.backlot.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UnderWayTest {
  private static final TenantId ONE = new TenantId(new UUID(1, 1));
  private static final TenantId OTHER = new TenantId(new UUID(2, 2));

  private final UnderWay calls = new UnderWay(3, 2);

  @Test
  void a_tenant_with_as_many_as_it_may_waits_and_others_do_not() {
    calls.enter(ONE);
    calls.enter(ONE);

    assertRefused(ONE, ErrorCode.RATE_LIMITED);
    calls.enter(OTHER);
  }

  @Test
  void more_than_the_node_may_have_are_refused_whoevers_they_are() {
    calls.enter(ONE);
    calls.enter(ONE);
    calls.enter(OTHER);

    assertRefused(OTHER, ErrorCode.OVERLOADED);
  }

  @Test
  void one_that_is_over_makes_room() {
    calls.enter(ONE);
    calls.enter(ONE);
    calls.enter(OTHER);

    calls.leave(ONE);

    calls.enter(OTHER);
    assertRefused(ONE, ErrorCode.OVERLOADED);
  }

  @Test
  void they_are_spread_over_the_accounts() {
    List<String> accounts = List.of("a", "b");
    assertThat(calls.begin(accounts)).isEqualTo("a");
    assertThat(calls.begin(accounts)).isEqualTo("b");
    assertThat(calls.begin(accounts)).isEqualTo("a");

    calls.ended("a");
    calls.ended("a");

    assertThat(calls.begin(accounts)).isEqualTo("a");
  }

  private void assertRefused(TenantId tenant, ErrorCode code) {
    assertThatThrownBy(() -> calls.enter(tenant))
        .isInstanceOfSatisfying(
            BacklotException.class, refusal -> assertThat(refusal.code()).isEqualTo(code));
  }
}
