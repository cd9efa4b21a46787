package dev.backlot.provider;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TaskPageTest {
  private static Optional<TaskPage> read(String json, String... wanted) {
    return TaskPage.read(json.replace('\'', '"').getBytes(UTF_8), Set.of(wanted));
  }

  @Test
  void only_tasks_that_are_looked_for_are_made_into_trees() {
    TaskPage page =
        read(
                "{'code':0,'data':[{'task_id':'1','task_info':{'id':'3'},'t':[1,{'a':2}]},"
                    + " {'x':'ü','task_status':'succeed','task_id':'2','task_result':{'videos':[]}},"
                    + "{'id':3}],'message':'SUCCEED'}",
                "2",
                "9")
            .orElseThrow();

    assertThat(page.tasks()).isEqualTo(3);
    assertThat(page.whole()).isTrue();
    assertThat(page.found()).containsOnlyKeys("2");
    JsonNode found = page.found().values().iterator().next();
    assertThat(found.path("task_status").asText() + found.size()).isEqualTo("succeed4");
  }

  @Test
  void ids_may_be_numbers_and_stand_anywhere() {
    TaskPage page =
        read("{'data':[{'a':{'task_id':'7'},'b':[],'task_id':12}],'code':'0'}", "12", "7")
            .orElseThrow();

    assertThat(page.found()).containsOnlyKeys("12");
  }

  @Test
  void what_cannot_be_read_spoils_no_other() {
    TaskPage page =
        read("{'code':0,'data':[7,null,[{'task_id':'2'}],{'s':1},{'task_id':'2'}]}", "2")
            .orElseThrow();

    assertThat(page.tasks()).isEqualTo(5);
    assertThat(page.whole()).isFalse();
    assertThat(page.found()).containsOnlyKeys("2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "[]",
        "{'code':0}",
        "{'code':0,'data':{}}",
        "{'code':1201,'message':'m','data':[]}",
        "{'data':[]}",
        "{'code':0,'data':[{'task_id':'2'}",
        "{'code':0,'data':[{'task_id':'2'}]",
        "{'code':0,'data':[]} trailing"
      })
  void anything_else_is_no_page(String answer) {
    assertThat(read(answer, "2")).isEmpty();
  }

  @Test
  void no_cut_of_a_page_is_taken_for_a_page() {
    String page = "{\"code\":0,\"data\":[{\"task_id\":\"2\",\"x\":\"\\u00fc\"},{\"id\":4}]}";
    for (int end = 0; end < page.length(); end++) {
      assertThat(TaskPage.read(page.substring(0, end).getBytes(UTF_8), Set.of("2"))).isEmpty();
    }
    assertThat(TaskPage.read(page.getBytes(UTF_8), Set.of("2"))).isPresent();
  }
}
