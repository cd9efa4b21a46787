package dev.backlot.dispatch;

import static dev.backlot.dispatch.DispatchFixture.SPARE;
import static dev.backlot.store.StoreFixture.ACCOUNT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.ProviderConfig.Breaker;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.JobId;
import dev.backlot.port.PacksOfAccounts;
import dev.backlot.port.ProviderScript.Fate;
import dev.backlot.provider.GuardedProvider;
import dev.backlot.store.StoreFixture;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An account whose image pack is used up (1102), over the real store and the real guard. */
class EmptyPackTest {
  private static final String IMAGES = "kling-v2-6/image";
  private static final String IMAGE_PACK = ACCOUNT + "/image";
  private static final Duration PAUSE = Duration.ofMinutes(1);

  private DispatchFixture fixture;
  private StoreFixture store;
  private PacksOfAccounts packs;
  private GuardedProvider guarded;
  private Dispatch dispatch;

  @BeforeEach
  void open() throws Exception {
    fixture = new DispatchFixture();
    store = fixture.store;
    store.slots(IMAGES, 5);
    packs = new PacksOfAccounts(fixture.provider);
    packs.useUp(IMAGE_PACK);
    guarded =
        new GuardedProvider(
            store.vertx,
            fixture.bus,
            fixture.clock(),
            packs,
            List.of(ACCOUNT, SPARE),
            new Breaker(5, Duration.ofMinutes(1), Duration.ofSeconds(10), PAUSE));
    dispatch = fixture.dispatch(fixture.lease, guarded, guarded);
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void its_videos_run_on_and_its_images_at_another() throws Exception {
    fixture.spareSlots(IMAGES, 5);
    List<JobId> images = images(3);
    List<JobId> videos = store.jobs(store.tenant, 2);

    send();
    send();

    assertThat(states(images)).containsOnly("running");
    assertThat(states(videos)).containsOnly("running");
    assertThat(packs.taken())
        .containsOnly(SPARE + "/image", ACCOUNT + "/video")
        .filteredOn(pack -> pack.endsWith("/image"))
        .hasSize(3);
    assertThat(store.database.number("SELECT sum(attempts) FROM job")).isZero();
  }

  @Test
  void once_it_has_refused_it_is_not_asked_again_while_another_has_room() throws Exception {
    fixture.spareSlots(IMAGES, 5);
    images(1);
    send();
    send();
    fixture.spareSlots(IMAGES, 9);

    images(6);
    send();

    assertThat(packs.refused()).hasSize(1);
    assertThat(packs.taken()).hasSize(7);
  }

  @Test
  void without_another_its_images_wait_and_are_not_sent_again_and_again() throws Exception {
    List<JobId> images = images(3);
    send();
    int refused = packs.refused().size();

    for (int pass = 0; pass < 5; pass++) {
      fixture.pass(DispatchFixture.REFUSAL_CAP);
      send();
    }
    List<JobId> videos = store.jobs(store.tenant, 5);
    send();

    assertThat(packs.refused()).hasSize(refused).hasSizeLessThanOrEqualTo(3);
    assertThat(states(images)).containsOnly("queued");
    assertThat(states(videos)).containsOnly("running");
    assertThat(store.database.number("SELECT sum(attempts) FROM job")).isZero();
  }

  @Test
  void after_each_pause_one_of_them_asks() throws Exception {
    images(3);
    send();
    int refused = packs.refused().size();

    for (int pause = 1; pause <= 3; pause++) {
      fixture.pass(PAUSE);
      send();
      send();

      assertThat(packs.refused()).hasSize(refused + pause);
    }
  }

  @Test
  void when_it_was_bought_the_one_that_asks_brings_the_others_back() throws Exception {
    List<JobId> images = images(3);
    send();
    packs.buy(IMAGE_PACK);
    fixture.pass(PAUSE);

    send();
    assertThat(states(images)).containsOnlyOnce("running");
    send();

    assertThat(states(images)).containsOnly("running");
    assertThat(guarded.parked()).isEmpty();
  }

  @Test
  void jobs_that_nobody_can_run_do_not_keep_it_shut_once_it_was_bought() throws Exception {
    List<JobId> images = images(4);
    send();
    packs.buy(IMAGE_PACK);
    Fate.Refuse bad = new Fate.Refuse(ErrorCode.CONTENT_REJECTED, 1301);
    fixture.provider.next(bad, bad);
    fixture.pass(PAUSE);

    for (int pass = 0; pass < 4; pass++) {
      send();
    }

    assertThat(states(images)).containsOnly("failed", "running");
    assertThat(guarded.parked()).isEmpty();
  }

  @Test
  void images_pause_when_the_pack_of_the_other_account_is_used_up_too() throws Exception {
    fixture.spareSlots(IMAGES, 5);
    packs.useUp(SPARE + "/image");
    JobId image = images(1).get(0);

    send();
    send();

    assertThat(packs.refused()).containsExactlyInAnyOrder(IMAGE_PACK, SPARE + "/image");
    assertThat(store.database.text("SELECT due FROM job WHERE id = '" + image + "'"))
        .isEqualTo("f");
  }

  @Test
  void its_operator_brings_them_back_at_once() throws Exception {
    List<JobId> images = images(3);
    send();
    packs.buy(IMAGE_PACK);
    fixture.pass(DispatchFixture.REFUSAL_CAP);

    guarded.unpark(ACCOUNT);
    send();

    assertThat(states(images)).containsOnly("running");
  }

  @Test
  void a_send_of_unknown_outcome_stays_with_it_and_goes_again_under_its_id() throws Exception {
    fixture.spareSlots(IMAGES, 5);
    packs.buy(IMAGE_PACK);
    fixture.provider.next(new Fate.Vanish());
    JobId image = images(1).get(0);
    send();
    packs.useUp(IMAGE_PACK);
    images(3);
    send();
    assertThat(guarded.mayCreate(ACCOUNT, "image")).isFalse();

    fixture.lookUp(dispatch);

    assertThat(attempts(image)).isEqualTo("account-a unknown");
    assertThat(store.database.number("SELECT sends FROM attempt WHERE job_id = '" + image + "'"))
        .as("what cannot be sent uses up no send")
        .isOne();
    packs.buy(IMAGE_PACK);
    guarded.unpark(ACCOUNT);
    fixture.lookUp(dispatch);
    assertThat(attempts(image)).isEqualTo("account-a running");
  }

  private void send() throws Exception {
    fixture.send(dispatch);
  }

  /** Jobs that the image pack pays for. */
  private List<JobId> images(int count) throws Exception {
    return store.jobsOf(IMAGES, count);
  }

  private List<String> states(List<JobId> jobs) {
    return jobs.stream().map(store::state).toList();
  }

  private String attempts(JobId job) {
    return store.database.text(
        "SELECT string_agg(account_id || ' ' || state, ', ' ORDER BY number) FROM attempt"
            + (" WHERE job_id = '" + job + "'"));
  }
}
