package dev.backlot.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.SubmitOutcome.Accepted;
import dev.backlot.domain.job.SubmitOutcome.NeverSent;
import dev.backlot.domain.job.SubmitOutcome.Refused;
import dev.backlot.domain.job.SubmitOutcome.Unknown;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import dev.backlot.port.ProviderScript.Fate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What every {@link VideoProvider} has to keep, whatever stands behind it. */
public abstract class VideoProviderContract {
  protected static final String ACCOUNT = "account-1";
  protected static final String PATH = "/v1/videos/text2video";

  protected String dialect() {
    return "legacy";
  }

  protected String path() {
    return PATH;
  }

  /** Whether its account speaks the dialect in which tasks are asked for together. */
  protected boolean takesGroups() {
    return true;
  }

  protected LookupBy lookup() {
    return LookupBy.PATH;
  }

  protected static final Instant FIRST_SENT = Instant.parse("2026-01-01T00:00:00Z");
  private static final String ID = "inst0001-0197aaaa";

  protected Vertx vertx = Vertx.vertx();
  private VideoProvider provider;
  private ProviderScript script;
  private final CompletableFuture<SubmitOutcome> late = new CompletableFuture<>();

  /** Starts a fresh provider. Its create deadline is short, since some answers never come. */
  protected abstract VideoProvider provider() throws Exception;

  protected abstract ProviderScript script();

  @BeforeEach
  void start() throws Exception {
    provider = provider();
    script = script();
  }

  @AfterEach
  void stop() throws Exception {
    get(vertx.close());
  }

  @Test
  void an_accepted_task_is_found_by_its_task_id() throws Exception {
    String taskId = ((Accepted) create(ID)).taskId();

    assertThat(query(taskId)).isInstanceOf(TaskLookup.Found.class);
  }

  @Test
  void an_accepted_task_is_found_by_our_own_id() throws Exception {
    String taskId = ((Accepted) create(ID)).taskId();

    assertThat(found(lookUp(ID)).taskId()).isEqualTo(taskId);
  }

  @Test
  void nothing_is_sent_when_the_permit_says_no() throws Exception {
    SubmitOutcome outcome = create(ID, () -> false);

    assertThat(outcome).isInstanceOf(NeverSent.class);
    assertThat(script.tasks()).isZero();
  }

  @Test
  void a_refused_create_makes_no_task() throws Exception {
    script.next(new Fate.Refuse(ErrorCode.PROVIDER_BUSY, 1303));

    assertThat(create(ID))
        .asInstanceOf(type(Refused.class))
        .returns(ErrorCode.PROVIDER_BUSY, Refused::code)
        .returns(1303, Refused::providerCode)
        .returns(false, Refused::duplicate);
    assertThat(lookUp(ID)).isInstanceOf(TaskLookup.NotThere.class);
  }

  @Test
  void the_same_external_id_never_makes_a_second_task() throws Exception {
    create(ID);

    assertThat(create(ID))
        .asInstanceOf(type(Refused.class))
        .returns(true, Refused::duplicate)
        .returns(1201, Refused::providerCode);
    assertThat(script.tasks()).isEqualTo(1);
  }

  @Test
  void a_lost_answer_is_unknown_and_the_task_is_found_by_our_own_id() throws Exception {
    script.next(new Fate.AcceptAndLoseAnswer());

    assertThat(create(ID)).isInstanceOf(Unknown.class);
    assertThat(lookUp(ID)).isInstanceOf(TaskLookup.Found.class);
  }

  @Test
  void a_create_that_vanished_is_unknown_and_its_task_is_not_there() throws Exception {
    script.next(new Fate.Vanish());

    assertThat(create(ID)).isInstanceOf(Unknown.class);
    assertThat(lookUp(ID)).isInstanceOf(TaskLookup.NotThere.class);
  }

  @Test
  void an_invisible_task_is_not_there_until_it_shows() throws Exception {
    script.next(new Fate.AcceptInvisibly());
    create(ID);
    assertThat(lookUp(ID)).isInstanceOf(TaskLookup.NotThere.class);

    script.reveal(ID);

    assertThat(lookUp(ID)).isInstanceOf(TaskLookup.Found.class);
  }

  @Test
  void an_answer_after_the_deadline_is_told_late() throws Exception {
    script.next(new Fate.AnswerLate());
    assertThat(create(ID)).isInstanceOf(Unknown.class);

    script.answerLate();

    assertThat(late.get(10, TimeUnit.SECONDS)).isInstanceOf(Accepted.class);
  }

  @Test
  void a_task_that_succeeded_names_its_outputs_and_what_it_cost() throws Exception {
    String taskId = ((Accepted) create(ID)).taskId();
    script.succeed(ID, "2.4");

    assertThat(found(query(taskId)))
        .asInstanceOf(type(TaskReport.Succeeded.class))
        .returns(Credits.of("2.4"), TaskReport.Succeeded::deduction)
        .satisfies(report -> assertThat(report.outputs()).hasSize(1))
        .satisfies(report -> assertThat(report.raw()).contains("\"url\""));
  }

  @Test
  void a_task_that_succeeded_may_name_no_cost() throws Exception {
    create(ID);
    script.succeed(ID, "");

    assertThat(found(lookUp(ID)))
        .asInstanceOf(type(TaskReport.Succeeded.class))
        .returns(null, TaskReport.Succeeded::deduction);
  }

  @ParameterizedTest
  @EnumSource(names = {"CONTENT_REJECTED", "INPUT_REJECTED", "GENERATION_FAILED"})
  void a_task_that_failed_says_why(ErrorCode code) throws Exception {
    String taskId = ((Accepted) create(ID)).taskId();
    script.fail(ID, code);

    assertThat(found(query(taskId)))
        .asInstanceOf(type(TaskReport.Failed.class))
        .returns(code, TaskReport.Failed::code);
  }

  @Test
  void queries_that_go_wrong_conclude_nothing() throws Exception {
    script.breakQueries(true);

    assertThat(lookUp(ID)).isInstanceOf(TaskLookup.Unclear.class);
    assertThat(query("867300000000000001")).isInstanceOf(TaskLookup.Unclear.class);
  }

  @Test
  void a_group_of_tasks_has_an_answer_for_each_in_its_order() throws Exception {
    assumeThat(takesGroups()).isTrue();
    String first = ((Accepted) create(ID)).taskId();
    String second = ((Accepted) create(ID + "b")).taskId();
    script.succeed(ID + "b", "2.4");

    List<TaskLookup> answers = queryAll(second, "867300000000009999", first);

    assertThat(found(answers.get(0))).isInstanceOf(TaskReport.Succeeded.class);
    assertThat(answers.get(1)).isInstanceOf(TaskLookup.NotThere.class);
    assertThat(found(answers.get(2)).taskId()).isEqualTo(first);
  }

  @Test
  void a_group_whose_query_goes_wrong_is_unclear_for_all() throws Exception {
    assumeThat(takesGroups()).isTrue();
    script.breakQueries(true);

    assertThat(queryAll("867300000000000001", "867300000000000002"))
        .hasSize(2)
        .hasOnlyElementsOfType(TaskLookup.Unclear.class);
  }

  @Test
  void a_task_id_that_is_not_known_concludes_nothing() throws Exception {
    assertThat(query("867300000000009999")).isInstanceOf(TaskLookup.Unclear.class);
  }

  @Test
  void the_answer_comes_on_the_loop_that_asked() throws Exception {
    Context context = vertx.getOrCreateContext();
    AtomicReference<Context> answeredOn = new AtomicReference<>();

    get(
        on(
            context,
            () ->
                provider
                    .create(create(path(), ID, "{}"), () -> true, late::complete)
                    .onComplete(done -> answeredOn.set(Vertx.currentContext()))));

    assertThat(answeredOn.get()).isEqualTo(context);
  }

  private SubmitOutcome create(String externalId) throws Exception {
    return create(externalId, () -> true);
  }

  private SubmitOutcome create(String externalId, BooleanSupplier permit) throws Exception {
    String body = "{\"prompt\":\"a boat\",\"external_task_id\":\"" + externalId + "\"}";
    return onLoop(() -> provider.create(create(path(), externalId, body), permit, late::complete));
  }

  private TaskLookup query(String taskId) throws Exception {
    return onLoop(
        () -> provider.query(new VideoProvider.ByTaskId(ACCOUNT, dialect(), path(), taskId)));
  }

  private List<TaskLookup> queryAll(String... taskIds) throws Exception {
    List<VideoProvider.ByTaskId> tasks =
        Stream.of(taskIds)
            .map(
                id ->
                    new VideoProvider.ByTaskId(
                        ACCOUNT, "path-per-model", "/text-to-video/kling-3.0", id))
            .toList();
    return onLoop(() -> provider.queryAll(tasks));
  }

  private TaskLookup lookUp(String externalId) throws Exception {
    return onLoop(
        () ->
            provider.lookUp(
                new VideoProvider.ByExternalId(
                    ACCOUNT, dialect(), path(), lookup(), externalId, FIRST_SENT)));
  }

  private VideoProvider.Create create(String path, String externalId, String body) {
    return new VideoProvider.Create(ACCOUNT, dialect(), path, externalId, body, false, "video");
  }

  private static TaskReport found(TaskLookup lookup) {
    assertThat(lookup).isInstanceOf(TaskLookup.Found.class);
    return ((TaskLookup.Found) lookup).report();
  }

  private <T> T onLoop(Supplier<Future<T>> call) throws Exception {
    return get(on(vertx.getOrCreateContext(), call));
  }

  private static <T> Future<T> on(Context context, Supplier<Future<T>> call) {
    Promise<T> promise = Promise.promise();
    context.runOnContext(go -> call.get().onComplete(promise));
    return promise.future();
  }

  protected static <T> T get(Future<T> future) throws Exception {
    return future.toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
