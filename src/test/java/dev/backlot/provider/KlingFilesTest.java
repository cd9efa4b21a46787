package dev.backlot.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.domain.job.Output;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.domain.job.TaskReport;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every form of a result, in both dialects, as the reference shows it. */
class KlingFilesTest {
  private static TaskReport.Succeeded legacy(String result) {
    return read("{'task_id':'1','task_status':'succeed','task_result':" + result + "}");
  }

  private static TaskReport.Succeeded read(String task) {
    return (TaskReport.Succeeded)
        ((TaskLookup.Found)
                KlingClient.lookup(
                    KlingPayloads.reply(
                        ("{'code':0,'message':'SUCCEED','data':" + task + "}")
                            .replace('\'', '"')
                            .getBytes(StandardCharsets.UTF_8))))
            .report();
  }

  private static List<String> read(TaskReport.Succeeded report) {
    return report.outputs().stream().map(KlingFilesTest::words).toList();
  }

  private static String words(Output output) {
    return "%s %s %s %s %s"
        .formatted(
            output.type(), output.place(), output.duration(), output.theirs(), output.name());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'audios':[{'id':'7','url_mp3':'https://a/m','url_wav':'https://a/w','duration_mp3':'3.02','duration_wav':'3.0'}]} | audio audios/0/url_mp3 3.02 7 null, audio audios/0/url_wav 3.0 7 null",
        "{'videos':[{'id':'8','url':'https://a/v','duration':'5.1'}],'audios':[{'id':'7','url_mp3':'https://a/m'}]} | video videos/0/url 5.1 8 null, audio audios/0/url_mp3 null 7 null",
        "{'images':[{'index':0,'url_1':'https://a/1','url_2':'https://a/2'},{'index':1,'url_1':'https://a/3'}]} | image images/0/url_1 null null null, image images/0/url_2 null null null, image images/1/url_1 null null null",
        "{'result_type':'series','series_images':[{'index':0,'url':'https://a/1'},{'index':1,'url':'https://a/2'}]} | image series_images/0/url null null null, image series_images/1/url null null null",
        "{'elements':[{'element_id':829836802793406551,'element_name':'Ann','status':'succeed'}]} | element elements/0/ null 829836802793406551 Ann",
        "{'voices':[{'voice_id':'9','voice_name':'Bo','trial_url':'https://a/t'}]} | voice voices/0/trial_url null 9 Bo",
      })
  void a_result_of_the_older_dialect_is_read(String result, String outputs) {
    assertThat(String.join(", ", read(legacy(result)))).isEqualTo(outputs);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{'type':'audio','id':'7','mp3_url':'https://a/m','wav_url':'https://a/w','mp3_duration':'3.02'} | audio audios/0/url_mp3 3.02 7 null, audio audios/0/url_wav null 7 null",
        "{'type':'voice','id':'9','name':'Bo','url':'https://a/t'} | voice voices/0/trial_url null 9 Bo",
        "{'type':'element','id':'5','name':'Ann','status':'succeed'} | element elements/0/ null 5 Ann",
        "{'type':'video','id':'8','url':'https://a/v'},{'type':'audio','id':'7','mp3_url':'https://a/m'} | video videos/0/url null 8 null, audio audios/0/url_mp3 null 7 null",
      })
  void an_output_of_the_newer_dialect_is_read(String result, String outputs) {
    String task = "{'id':'1','status':'succeeded','outputs':[" + result + "]}";

    assertThat(String.join(", ", read(read(task)))).isEqualTo(outputs);
  }

  @Test
  void each_file_leads_to_its_own_address() {
    String raw =
        legacy("{'audios':[{'id':'7','url_mp3':'https://a/m','url_wav':'https://a/w'}]}").raw();

    assertThat(KlingPayloads.sourceUrl(raw, 0, false)).contains("https://a/m");
    assertThat(KlingPayloads.sourceUrl(raw, 1, false)).contains("https://a/w");
  }

  @Test
  void a_thing_that_is_no_file_has_no_address() {
    String raw = legacy("{'elements':[{'element_id':5,'element_name':'Ann'}]}").raw();

    assertThat(KlingPayloads.sourceUrl(raw, 0, false)).isEmpty();
  }
}
