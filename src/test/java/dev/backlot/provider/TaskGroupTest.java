package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.TaskLookup.Found;
import dev.backlot.domain.job.TaskLookup.NotThere;
import dev.backlot.domain.job.TaskLookup.Unclear;
import dev.backlot.domain.job.TaskReport;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskGroupTest {
  private static Reply reply(String json) {
    return KlingPayloads.reply(json.replace('\'', '"').getBytes(UTF_8));
  }

  private static Reply tasks(String tasks) {
    return reply("{'code':0,'message':'SUCCEED','data':[" + tasks + "]}");
  }

  @Test
  void answers_are_found_by_id_whatever_their_order() {
    Reply reply =
        tasks("{'id':'2','status':'failed','message':'m'},{'id':1,'status':'processing'}");

    assertThat(TaskGroup.answers(reply, List.of("1", "2")))
        .satisfiesExactly(
            one -> assertThat(one).isEqualTo(new Found(new TaskReport.Pending("1", "processing"))),
            two -> assertThat(((Found) two).report()).isInstanceOf(TaskReport.Failed.class));
  }

  @Test
  void a_task_that_is_left_out_is_not_there_and_says_nothing_of_the_others() {
    assertThat(TaskGroup.answers(tasks("{'id':'2','status':'submitted'}"), List.of("1", "2")))
        .satisfiesExactly(
            one -> assertThat(one).isInstanceOf(NotThere.class),
            two -> assertThat(two).isInstanceOf(Found.class));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "null", "'x'", "[]", "{}", "{'id':{}}", "{'status':'succeeded'}"})
  void what_cannot_be_read_spoils_no_other_and_may_be_whose_answer_is_missing(String broken) {
    Reply reply = tasks(broken + ",{'id':'2','status':'submitted'}");

    assertThat(TaskGroup.answers(reply, List.of("1", "2")))
        .satisfiesExactly(
            one -> assertThat(one).isInstanceOf(Unclear.class),
            two -> assertThat(two).isInstanceOf(Found.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'code':5000}", "{'code':1201}", "{'code':0}", "{'code':0,'data':{}}", "<html>"})
  void an_error_is_unclear_for_all(String answer) {
    assertThat(TaskGroup.answers(reply(answer), List.of("1", "2")))
        .hasSize(2)
        .hasOnlyElementsOfType(Unclear.class);
  }
}
