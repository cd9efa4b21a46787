package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.credit.Credits;
import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.TaskReport;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KlingPayloadsTest {
  private static final String VIDEO =
      "{\"id\":\"7\",\"url\":\"https://cdn.example/o.mp4?pkey=1\",\"duration\":\"5.1\"}";

  @Test
  void a_task_that_succeeded_lists_its_videos() {
    TaskReport report = report("'task_status':'succeed','task_result':{'videos':[%s,%s]}", VIDEO);

    assertThat(report)
        .asInstanceOf(type(TaskReport.Succeeded.class))
        .returns("867300000000000001", TaskReport.Succeeded::taskId)
        .satisfies(
            done ->
                assertThat(done.outputs().stream().map(Output::shown))
                    .containsExactly(
                        new Output(0, "video", "5.1", false),
                        new Output(1, "video", "5.1", false)));
  }

  @Test
  void the_raw_payload_leads_to_the_source_of_an_output() {
    TaskReport.Succeeded report =
        (TaskReport.Succeeded)
            report("'task_status':'succeed','task_result':{'videos':[%s]}", VIDEO);
    KlingResultLocator locator = new KlingResultLocator();

    assertThat(locator.sourceUrl(report.raw(), 0, false))
        .contains("https://cdn.example/o.mp4?pkey=1");
    assertThat(locator.sourceUrl(report.raw(), 1, false)).isEmpty();
    assertThat(locator.sourceUrl(report.raw(), -1, false)).isEmpty();
    assertThat(locator.sourceUrl("not json", 0, false)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'task_status':'succeed','created_at':1790000000000,'updated_at':1790000042000",
        "'task_status':'failed','created_at':'1790000000000','updated_at':'1790000042000'",
        "'status':'succeeded','create_time':1790000000000,'update_time':1790000042000"
      })
  void what_has_ended_says_when_it_began_and_ended(String members) {
    TaskReport.Times times = Objects.requireNonNull(report(members, VIDEO).times());

    assertThat(times.created()).isEqualTo(Instant.ofEpochMilli(1_790_000_000_000L));
    assertThat(times.took()).isEqualTo(Duration.ofSeconds(42));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'task_status':'succeed'",
        "'task_status':'succeed','created_at':1790000000000",
        "'task_status':'succeed','created_at':1790000000000,'updated_at':1789999999999",
        "'task_status':'succeed','created_at':1790000000000,'updated_at':'soon'",
        "'task_status':'processing','created_at':1790000000000,'updated_at':1790000042000"
      })
  void without_both_times_in_order_nothing_is_said_of_them(String members) {
    assertThat(report(members, VIDEO).times()).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'task_status':'succeed'",
        "'task_status':'succeed','task_result':null",
        "'task_status':'succeed','task_result':[]",
        "'task_status':'succeed','task_result':{'videos':{}}"
      })
  void success_without_a_video_is_the_end_all_the_same(String members) {
    assertThat(report(members, VIDEO))
        .asInstanceOf(type(TaskReport.Succeeded.class))
        .satisfies(done -> assertThat(done.outputs()).isEmpty());
  }

  @Test
  void a_video_without_an_address_keeps_its_number() {
    TaskReport.Succeeded report =
        (TaskReport.Succeeded)
            report("'task_status':'succeed','task_result':{'videos':[{},%s]}", VIDEO);

    assertThat(report.outputs()).hasSize(2);
    assertThat(KlingPayloads.sourceUrl(report.raw(), 0, false)).isEmpty();
    assertThat(KlingPayloads.sourceUrl(report.raw(), 1, false)).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"'submitted'", "'processing'", "'reviewing'", "''", "null", "7"})
  void any_other_state_is_pending(String status) {
    assertThat(report("'task_status':" + status, VIDEO)).isInstanceOf(TaskReport.Pending.class);
  }

  @Test
  void a_state_without_end_is_cut_and_cleaned() {
    TaskReport report = report("'task_status':'<b>" + "x".repeat(500) + "'", VIDEO);

    assertThat(((TaskReport.Pending) report).status()).hasSize(32).doesNotContain("<");
  }

  @ParameterizedTest
  @CsvSource({
    "Failure to pass the risk control system,CONTENT_REJECTED",
    "Image pixel is invalid,INPUT_REJECTED",
    "The resolution or aspect ratio of the input image is invalid,INPUT_REJECTED",
    "internal worker lost,GENERATION_FAILED",
    "'',GENERATION_FAILED"
  })
  void a_failed_task_needs_no_result_and_its_words_are_not_passed_on(String words, ErrorCode code) {
    TaskReport report = report("'task_status':'failed','task_status_msg':'" + words + "'", VIDEO);

    assertThat(report)
        .asInstanceOf(type(TaskReport.Failed.class))
        .returns(code, TaskReport.Failed::code)
        .returns(FailureReasons.userText(code), TaskReport.Failed::detail);
  }

  @ParameterizedTest
  @CsvSource({"'\"2.4\"',2.4", "2.4,2.4", "5,5", "'\"0\"',0", "'\"1.2000000\"',1.2", "1e2,100"})
  void a_deduction_is_read_exactly_as_text_or_number(String json, String amount) {
    assertThat(deduction(json)).isEqualTo(Credits.of(amount));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'1.0000001'",
        "'-1'",
        "'abc'",
        "''",
        "null",
        "[]",
        "'1e999999999'",
        "'1e-999999999'",
        "'123456789012345'",
        "'NaN'"
      })
  void a_deduction_that_is_no_exact_amount_is_absent(String json) {
    assertThat(deduction(json)).isNull();
  }

  @Test
  void a_task_of_the_newer_dialect_says_the_same() {
    TaskReport.Succeeded report =
        (TaskReport.Succeeded)
            report(
                "'status':'succeeded','outputs':[{'type':'scene'},"
                    + "{'type':'video','url':'https://cdn.example/v','duration':'3.041'}],"
                    + "'billing':[{'charge_type':'unit','amount':'2'},"
                    + "{'charge_type':'unit','amount':'0.4'},"
                    + "{'charge_type':'cash','amount':'9'}]",
                VIDEO);

    assertThat(report.outputs()).containsExactly(new Output(0, "video", "3.041", false));
    assertThat(report.deduction()).isEqualTo(Credits.of("2.4"));
    assertThat(KlingPayloads.sourceUrl(report.raw(), 0, false)).contains("https://cdn.example/v");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "'task_status':'succeed','task_info':{'parent_video':{'id':'9'}},'a_new_member':[1.50],'task_result':{'videos':[V]}",
        "'status':'succeeded','outputs':[V],'a_new_member':[1.50],'billing':[{'charge_type':'unit','amount':'2'}]"
      })
  void the_payload_is_kept_whole_and_its_watermarked_copy_is_found(String members) {
    String video =
        "{'type':'video','url':'https://cdn.example/v','watermark_url':'https://cdn.example/w'}";

    TaskReport.Succeeded report = (TaskReport.Succeeded) report(members.replace("V", video), VIDEO);

    assertThat(report.outputs()).containsExactly(new Output(0, "video", null, true));
    assertThat(KlingPayloads.sourceUrl(report.raw(), 0, true)).contains("https://cdn.example/w");
    String sent = "{'task_id':'867300000000000001'," + members.replace("V", video) + "}";
    assertThat(report.raw()).isEqualTo(sent.replace('\'', '"'));
  }

  @Test
  void a_file_without_a_watermarked_copy_has_none() {
    TaskReport.Succeeded report =
        (TaskReport.Succeeded)
            report("'task_status':'succeed','task_result':{'videos':[%s]}", VIDEO);

    assertThat(report.outputs()).extracting(Output::watermark).containsExactly(false);
    assertThat(KlingPayloads.sourceUrl(report.raw(), 0, true)).isEmpty();
  }

  @Test
  void images_are_outputs_without_a_duration() {
    TaskReport.Succeeded report =
        (TaskReport.Succeeded)
            report(
                "'task_status':'succeed','task_result':{'images':["
                    + "{'index':0,'url':'https://cdn.example/0'},"
                    + "{'index':1,'url':'https://cdn.example/1'}]}",
                VIDEO);

    assertThat(report.outputs())
        .containsExactly(new Output(0, "image", null, false), new Output(1, "image", null, false));
    assertThat(KlingPayloads.sourceUrl(report.raw(), 1, false)).contains("https://cdn.example/1");
  }

  @Test
  void ids_may_be_numbers() {
    Reply reply = KlingPayloads.reply(bytes("{'code':'0','data':{'task_id':867300000000000001}}"));

    assertThat(reply).isInstanceOf(Reply.Success.class);
    assertThat(KlingPayloads.taskId(((Reply.Success) reply).data()))
        .isEqualTo(Optional.of("867300000000000001"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"86\\u0000", "86\\n7", "86,87", "86 87", "8\u00e9", ""})
  void what_could_be_neither_kept_nor_asked_for_is_no_id(String id) {
    assertThat(taskId(id)).isEmpty();
    assertThat(taskId("8".repeat(129))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"867300000000000001", "Cj-_:86.7/a=+", "x"})
  void an_id_may_have_any_form_that_can_be_kept(String id) {
    assertThat(taskId(id)).contains(id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"5.1\\u0000", "\\ud800", "five", "-5", "1e9", "5.", "1234567890"})
  void a_duration_that_is_no_plain_number_of_seconds_is_left_out(String duration) {
    TaskReport.Succeeded report =
        (TaskReport.Succeeded)
            report(
                "'task_status':'succeed','task_result':{'videos':[{'duration':'%s'}]}", duration);

    assertThat(report.outputs()).containsExactly(new Output(0, "video", null, false));
  }

  /**
   * Otherwise the database would refuse the whole ending, and it would be stored without its ids.
   */
  @Test
  void a_name_is_kept_without_what_cannot_be_kept() {
    TaskReport.Succeeded report =
        (TaskReport.Succeeded)
            report(
                "'task_status':'succeed','task_result':{'elements':[{'element_id':7,'element_name':'A\\u0000nn'}]}",
                "");

    assertThat(report.outputs())
        .extracting(Output::theirs, Output::name)
        .containsExactly(tuple("7", "Ann"));
  }

  @Test
  void times_that_no_task_can_have_are_left_out() {
    assertThat(
            report(
                    "'task_status':'succeed','created_at':-9000000000000000000,'updated_at':9000000000000000000",
                    VIDEO)
                .times())
        .isNull();
  }

  private static Optional<String> taskId(String id) {
    Reply reply = KlingPayloads.reply(bytes("{'code':0,'data':{'task_id':'" + id + "'}}"));
    return KlingPayloads.taskId(((Reply.Success) reply).data());
  }

  @Test
  void a_code_may_be_text() {
    assertThat(KlingPayloads.reply(bytes("{'code':'1303','message':7}")))
        .asInstanceOf(type(Reply.Failure.class))
        .returns(KlingError.TOO_MANY_TASKS, Reply.Failure::error);
  }

  @Test
  void deep_nesting_is_no_envelope() {
    assertThat(KlingPayloads.reply(bytes("[".repeat(100_000)))).isInstanceOf(Reply.Unusable.class);
  }

  private static @Nullable Credits deduction(String json) {
    TaskReport report = report("'task_status':'succeed','final_unit_deduction':" + json, VIDEO);
    return ((TaskReport.Succeeded) report).deduction();
  }

  private static TaskReport report(String members, String video) {
    String data = "{'task_id':'867300000000000001'," + members.replace("%s", video) + "}";
    Reply reply = KlingPayloads.reply(bytes("{'code':0,'message':'SUCCEED','data':" + data + "}"));
    return KlingPayloads.report(((Reply.Success) reply).data()).orElseThrow();
  }

  private static byte[] bytes(String json) {
    return json.replace('\'', '"').getBytes(UTF_8);
  }
}
