package dev.backlot.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.backlot.domain.access.TenantId;
import dev.backlot.facade.SameRequests.Same;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SameRequestsTest {
  private static final TenantId TENANT = new TenantId(UUID.randomUUID());
  private static final String DIGEST = "ab".repeat(32);
  private static final Same SAME = new Same(TENANT, DIGEST);

  private final Vertx vertx = Vertx.vertx();
  private final SameRequests<String> requests = new SameRequests<>();

  @AfterEach
  void close() throws Exception {
    vertx.close().await(20, TimeUnit.SECONDS);
  }

  private PendingRequest<String> entered() {
    PendingRequest<String> request = new PendingRequest<>(requests, vertx);
    request.enter(TENANT, DIGEST);
    return request;
  }

  private PendingRequest<String> left() {
    PendingRequest<String> request = entered();
    request.left();
    return request;
  }

  @Test
  void a_repeat_takes_the_place_of_the_oldest_whose_client_is_gone_and_of_no_other() {
    entered();
    PendingRequest<String> orphan = left();
    left();
    PendingRequest<String> repeat = entered();

    assertThat(requests.adopt(repeat, SAME)).contains(orphan);
    assertThat(orphan.isGone()).isFalse();
    repeat.left();
    assertThat(orphan.isGone()).isTrue();
  }

  @Test
  void one_that_came_later_is_taken_by_nobody_before_it() {
    PendingRequest<String> first = entered();
    left();

    assertThat(requests.adopt(first, SAME)).isEmpty();
  }

  @Test
  void another_tenant_and_another_digest_have_nothing_of_it() {
    left();
    PendingRequest<String> other = new PendingRequest<>(requests, vertx);
    other.enter(new TenantId(UUID.randomUUID()), DIGEST);
    PendingRequest<String> different = new PendingRequest<>(requests, vertx);
    different.enter(TENANT, "cd".repeat(32));

    assertThat(other.beside()).isEmpty();
    assertThat(requests.adopt(different, new Same(TENANT, "cd".repeat(32)))).isEmpty();
  }

  @Test
  void what_is_made_in_the_place_of_another_is_known_to_whoever_has_taken_it() {
    PendingRequest<String> orphan = left();
    PendingRequest<String> repeat = entered();
    requests.adopt(repeat, SAME);
    UUID late = UUID.randomUUID();

    orphan.makes(late);

    assertThat(repeat.beside()).containsExactly(late);
  }

  @Test
  void what_a_client_that_is_gone_makes_is_beside_nobody() {
    left().makes(UUID.randomUUID());

    assertThat(entered().beside()).isEmpty();
  }

  @Test
  void who_hangs_up_again_and_again_has_to_wait_for_the_first() {
    left();
    for (int i = 0; i < SameRequests.GENERATIONS_MAX; i++) {
      PendingRequest<String> repeat = entered();
      assertThat(requests.adopt(repeat, SAME)).isPresent();
      repeat.left();
    }
    PendingRequest<String> last = entered();

    assertThatThrownBy(() -> requests.adopt(last, SAME)).isInstanceOf(Refused.class);
  }

  /**
   * As when its repeat was read first, on another loop, and the end of its connection is read now.
   */
  @Test
  void whose_client_is_found_to_be_gone_beside_another_goes_no_further() {
    Future<Optional<Future<String>>> turn =
        vertx
            .timer(1)
            .compose(
                onLoop -> {
                  entered();
                  PendingRequest<String> late = entered();
                  Future<Optional<Future<String>>> orphan = late.orphan();
                  late.left();
                  return orphan;
                });

    assertThatThrownBy(() -> turn.await(20, TimeUnit.SECONDS)).isInstanceOf(Refused.class);
  }

  @Test
  void who_is_answered_is_remembered_no_more() {
    PendingRequest<String> request = entered();
    request.close();
    request.close();

    assertThat(requests.size()).isZero();
  }
}
