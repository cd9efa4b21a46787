package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.port.ProviderScript.Fate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A node is frozen (a pause of the process, a long collection, a partition) after a commit and
 * before it has read the answer; when it goes on it has lost its lease and joined again. What it
 * had claimed may be somebody else's, and paid for already (promise P2).
 */
class RejoinTest {
  private DispatchFixture dispatch;
  private JobId job;

  @BeforeEach
  void start() throws Exception {
    dispatch = new DispatchFixture();
    job = dispatch.job();
  }

  @AfterEach
  void stop() throws Exception {
    dispatch.close();
  }

  @Test
  void what_was_claimed_under_the_lease_before_is_not_sent() throws Exception {
    dispatch.committed.afterClaim = this::joinAgain;

    dispatch.send();

    assertThat(dispatch.provider.creates()).isEmpty();
    assertThat(dispatch.store.state(job)).isEqualTo("queued");
  }

  @Test
  void what_was_to_be_sent_again_under_the_lease_before_is_not() throws Exception {
    dispatch.provider.next(new Fate.Vanish());
    dispatch.send();
    dispatch.committed.afterSendingAgain = this::joinAgain;

    dispatch.lookUp();

    assertThat(dispatch.provider.creates()).hasSize(1);
    assertThat(dispatch.store.state(job)).isEqualTo("submitting");
  }

  private void joinAgain() {
    dispatch.lease.lost();
    dispatch.lease.renewed(dispatch.lease.epoch() + 1, dispatch.lease.tick());
  }
}
