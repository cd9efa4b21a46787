package dev.backlot.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.JobId;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.VideoProvider;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is being sent is nobody's unknown outcome yet. */
class SendUnderWayTest {
  private DispatchFixture fixture;
  private HeldCreates held;
  private Dispatch dispatch;
  private JobId job;

  @BeforeEach
  void begin() throws Exception {
    fixture = new DispatchFixture();
    held = new HeldCreates(fixture.provider);
    dispatch = fixture.dispatch(fixture.lease, held);
    job = fixture.job();
    fixture.begin(dispatch);
  }

  @AfterEach
  void close() throws Exception {
    fixture.close();
  }

  @Test
  void it_is_not_looked_up() throws Exception {
    fixture.pass(Duration.ofSeconds(1));

    fixture.reload(dispatch);

    assertThat(dispatch.resolver().open()).isZero();
    held.answer.complete();
    fixture.untilIdle(dispatch);
    assertThat(fixture.store.state(job)).isEqualTo("running");
  }

  /** Sends nothing before it is told to. */
  private record HeldCreates(VideoProvider behind, Promise<Void> answer) implements VideoProvider {
    HeldCreates(VideoProvider behind) {
      this(behind, Promise.promise());
    }

    @Override
    public Future<SubmitOutcome> create(
        Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late) {
      return answer.future().compose(go -> behind.create(create, permit, late));
    }

    @Override
    public Future<TaskLookup> query(ByTaskId task) {
      return behind.query(task);
    }

    @Override
    public Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks) {
      return behind.queryAll(tasks);
    }

    @Override
    public Future<TaskLookup> lookUp(ByExternalId attempt) {
      return behind.lookUp(attempt);
    }
  }
}
