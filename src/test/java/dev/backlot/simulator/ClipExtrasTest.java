package dev.backlot.simulator;

import static dev.backlot.simulator.RunningSimulator.IMAGE;
import static dev.backlot.simulator.RunningSimulator.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.simulator.RunningSimulator.Answer;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Sections 4.1, 4.2 and 11 of the reference: what only some models take. */
class ClipExtrasTest {
  private final RunningSimulator simulator = new RunningSimulator();

  @AfterEach
  void stop() {
    simulator.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text | {'model_name':'kling-v1','cfg_scale':0.5}",
        "text | {'model_name':'kling-v3','cfg_scale':0.5}",
        "text | {'model_name':'kling-v3','multi_shot':true,'shot_type':'intelligence'}",
        "text | {'model_name':'kling-v2-6','mode':'pro','sound':'on','voice_list':[{'voice_id':'1'}]}",
        "text | {'model_name':'kling-v1','camera_control':{'type':'down_back'}}",
        "text | {'model_name':'kling-v1','camera_control':{'type':'simple','config':{'zoom':3,'pan':0}}}",
        "image | {'model_name':'kling-v1-5','mode':'pro','camera_control':{'type':'simple','config':{'zoom':3}}}",
        "image | {'model_name':'kling-v1','static_mask':'AAAA'}",
        "image | {'model_name':'kling-v3','element_list':[{'element_id':1}]}",
      })
  void what_a_model_takes_is_accepted(String path, String body) {
    assertThat(create(path, body).code()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text | {'model_name':'kling-v2-6','cfg_scale':0.5} | with cfg_scale",
        "text | {'model_name':'kling-v2-6','multi_shot':true,'shot_type':'intelligence'} | with multi_shot",
        "text | {'model_name':'kling-v3','multi_shot':true} | shot_type must be",
        "text | {'model_name':'kling-v2-6','mode':'pro','voice_list':[{'voice_id':'1'}]} | with voice_list",
        "text | {'model_name':'kling-v2-6','mode':'pro','sound':'on','voice_list':[1,2,3]} | cannot exceed 2",
        "text | {'model_name':'kling-v3','camera_control':{'type':'down_back'}} | with camera_control",
        "text | {'model_name':'kling-v1','duration':'10','camera_control':{'type':'down_back'}} | with camera_control",
        "text | {'model_name':'kling-v1','camera_control':{'type':'simple','config':{'zoom':3,'pan':1}}} | exactly one",
        "text | {'model_name':'kling-v1','camera_control':{'type':'simple'}} | exactly one",
        "image | {'model_name':'kling-v1-5','mode':'pro','camera_control':{'type':'down_back'}} | type down_back",
        "image | {'model_name':'kling-v3','static_mask':'AAAA'} | with static_mask",
        "image | {'model_name':'kling-v1','image_tail':'AAAA','static_mask':'AAAA'} | exclude each other",
        "image | {'model_name':'kling-v1-6','element_list':[{'element_id':1}]} | with element_list",
        "image | {'model_name':'kling-v3','element_list':[1,2,3,4]} | cannot exceed 3",
      })
  void what_it_does_not_take_is_refused(String path, String body, String message) {
    Answer answer = create(path, body);

    assertThat(answer.code()).isEqualTo(1201);
    assertThat(answer.message()).contains(message);
  }

  private Answer create(String path, String body) {
    JsonObject json = new JsonObject(body.replace('\'', '"')).put("prompt", "a boat");
    return path.equals("text")
        ? simulator.create(TEXT, json)
        : simulator.create(IMAGE, json.put("image", "AAAA"));
  }
}
