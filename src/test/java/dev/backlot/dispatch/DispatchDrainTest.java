package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.port.ProviderScript.Fate;
import dev.backlot.port.SlowProvider;
import dev.backlot.store.StoreFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node still does between the order to stop and its end. */
class DispatchDrainTest {
  private final DispatchFixture dispatch;
  private final SlowProvider slow;
  private JobId job;

  DispatchDrainTest() throws Exception {
    dispatch = new DispatchFixture();
    slow = new SlowProvider(dispatch.store.vertx, dispatch.provider);
  }

  @BeforeEach
  void queue() throws Exception {
    job = dispatch.job();
  }

  @AfterEach
  void close() throws Exception {
    dispatch.close();
  }

  /** Stops the verticle while the look-up of an unknown send is under way. */
  private void stopDuringLookUp() throws Exception {
    dispatch.send();
    String id = StoreFixture.await(dispatch.store.vertx.deployVerticle(dispatch.verticle(slow)));
    StoreFixture.await(slow.asked());
    StoreFixture.await(dispatch.store.vertx.undeploy(id));
  }

  @Test
  void a_stop_waits_until_a_look_up_under_way_is_recorded() throws Exception {
    dispatch.provider.next(new Fate.AcceptAndLoseAnswer());

    stopDuringLookUp();

    assertThat(dispatch.store.state(job)).isEqualTo("running");
  }

  @Test
  void nothing_is_sent_again_after_the_order_to_stop() throws Exception {
    dispatch.provider.next(new Fate.Vanish());

    stopDuringLookUp();

    assertThat(dispatch.sent()).hasSize(1);
    assertThat(dispatch.store.state(job)).isEqualTo("submitting");
  }
}
