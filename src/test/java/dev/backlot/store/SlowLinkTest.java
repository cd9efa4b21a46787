package dev.backlot.store;

import static dev.backlot.store.Store.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.job.Admission;
import dev.backlot.domain.job.Submission;
import io.vertx.sqlclient.Pool;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A database at the end of a link that needs seconds for a large image. */
class SlowLinkTest {
  private static final int MEBIBYTE = 1 << 20;
  private static final Duration LONG = Duration.ofSeconds(30);

  private final Store store = new Store();

  @AfterEach
  void close() {
    store.close();
  }

  /** To PostgreSQL the transaction is silent until the last byte of the message is there. */
  @Test
  void an_image_that_takes_longer_than_a_transaction_may_be_silent_is_stored() {
    TenantId tenant = store.tenant("acme", "10");
    SlowLink link = SlowLink.start(store.vertx, store.database.config().port(), 2 * MEBIBYTE);
    Pool pool =
        Pools.create(store.vertx, store.database.config().withPort(link.port()), "backlot test");
    PgAdmissions admissions =
        new PgAdmissions(store.vertx, pool, new Random(1), LONG, System::nanoTime);
    Submission submission = Submissions.large(tenant, "1", new byte[8 * MEBIBYTE]);

    assertThat(await(admissions.admit(List.of(submission), Submissions.NOW)))
        .containsExactly(new Admission.Accepted(submission.id()));
    await(pool.close());
  }
}
