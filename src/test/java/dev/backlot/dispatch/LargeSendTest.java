package dev.backlot.dispatch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.port.ProviderScript.Fate;
import dev.backlot.port.VideoProvider.Create;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The long values of an input on their way from the database to the provider. */
class LargeSendTest {
  private static final byte[] IMAGE = "QUJD".repeat(1 << 18).getBytes(US_ASCII);

  private DispatchFixture dispatch;

  @BeforeEach
  void start() throws Exception {
    dispatch = new DispatchFixture();
  }

  @AfterEach
  void stop() throws Exception {
    dispatch.close();
  }

  @Test
  void a_large_input_goes_out_with_its_body_and_the_attempt_stays_small() throws Exception {
    JobId job = dispatch.store.largeJob(IMAGE);

    dispatch.send();

    Create create = dispatch.provider.creates().get(0);
    assertThat(create.body()).contains("{\"$part\":0,\"length\":" + IMAGE.length + "}");
    assertThat(create.parts()).containsExactly(IMAGE);
    assertThat(dispatch.store.state(job)).isEqualTo("running");
    assertThat(dispatch.store.database.number("SELECT max(length(body)) FROM attempt"))
        .isLessThan(500);
  }

  @Test
  void what_cannot_be_read_was_never_sent_and_does_not_count() throws Exception {
    JobId job = dispatch.store.largeJob(IMAGE);
    dispatch.inputsAway = true;

    dispatch.send();

    assertThat(dispatch.provider.creates()).isEmpty();
    assertThat(dispatch.store.state(job)).isEqualTo("queued");
    assertThat(dispatch.store.database.number("SELECT attempts FROM job")).isZero();
    assertThat(dispatch.store.database.text("SELECT state FROM attempt")).isEqualTo("unsent");
  }

  @Test
  void nothing_is_sent_under_a_lease_that_was_lost_and_won_again_meanwhile() throws Exception {
    JobId job = dispatch.store.largeJob(IMAGE);
    dispatch.whileReading =
        () -> {
          dispatch.lease.lost();
          dispatch.lease.renewed(dispatch.lease.epoch() + 1, dispatch.lease.tick());
        };

    dispatch.send();

    assertThat(dispatch.provider.creates()).isEmpty();
    assertThat(dispatch.store.state(job)).isEqualTo("queued");
  }

  @Test
  void a_repeated_send_has_the_same_body_under_the_same_id() throws Exception {
    dispatch.store.largeJob(IMAGE);
    dispatch.provider.next(new Fate.Vanish());
    dispatch.send();

    dispatch.lookUp();

    assertThat(dispatch.provider.creates()).hasSize(2);
    Create first = dispatch.provider.creates().get(0);
    Create second = dispatch.provider.creates().get(1);
    assertThat(second.body()).isEqualTo(first.body());
    assertThat(second.parts()).containsExactly(IMAGE);
  }
}
