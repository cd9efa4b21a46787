package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.JsonBody;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Images, and the kinds of the newer dialect, against sections 5.2, 6, 11 and 12. */
class NewerKindsTest {
  private static final Catalog CATALOG = CatalogFiles.load();

  private static Facts check(String kind, @Nullable String model, String input) {
    Buffer body = Buffer.buffer("{" + input.replace('\'', '"') + "}");
    return CATALOG.check(kind, model, JsonBody.parse(body).getMap());
  }

  private static BacklotException refusal(String kind, @Nullable String model, String input) {
    return catchThrowableOfType(BacklotException.class, () -> check(kind, model, input));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text-to-video  | kling-3.0       | 'prompt':'p'                                    | 3",
        "text-to-video  | kling-3.0       | 'prompt':'p','settings':{'audio':'native'}      | 4.5",
        "text-to-video  | kling-3.0       | 'prompt':'p','settings':{'resolution':'4k','duration':15} | 45",
        "text-to-video  | kling-3.0-turbo | 'prompt':'p','settings':{'duration':3}          | 2.4",
        "text-to-video  |                 | 'prompt':'p'                                    | 1.5",
        "text-to-video  | kling-2.6       | 'prompt':'p','settings':{'resolution':'1080p','audio':'native'} | 5",
        "image-to-video | kling-2.5-turbo | 'contents':[{'type':'first_frame','url':'https://a.example/b'}] | 1.5",
        "image-to-video | kling-2.6       | 'contents':[{'type':'first_frame','url':'https://a.example/b'},{'type':'voice','voice_id':'1','id':'Z'}],'settings':{'resolution':'1080p','audio':'native'} | 6",
        "omni-video     |                 | 'contents':[{'type':'prompt','text':'p'}],'settings':{'duration':3,'aspect_ratio':'16:9'} | 1.8",
        "omni-video     | kling-3.0-omni  | 'contents':[{'type':'base_video','url':'https://a.example/b'}] | 4.5",
        "omni-video     | kling-o1        | 'contents':[{'type':'first_frame','url':'https://a.example/b'}],'settings':{'resolution':'1080p'} | 4",
        "text-to-video  | kling-3.0       | 'prompt':'shot 1, 3, a; shot 2, 2, b;','settings':{'multi_shot':true} | 3",
        "text-to-video  | kling-3.0       | 'prompt':'a boat; two shots','settings':{'multi_shot':true} | 3",
        "images         |                 | 'prompt':'p'                                    | 4",
        "images         |                 | 'prompt':'p','n':3                              | 12",
        "images         |                 | 'prompt':'p','image':'https://a.example/b','n':2        | 16",
        "images         |                 | 'prompt':'p','model_name':'kling-v3','n':9      | 72",
      })
  void each_kind_has_its_price(String kind, @Nullable String model, String input, String units) {
    Facts facts = check(kind, model, input);

    assertThat(CATALOG.price(facts).amount()).hasToString(units);
    assertThat(CATALOG.price(facts).asset().text())
        .isEqualTo(kind.equals("images") ? "image_unit" : "video_unit");
  }

  @Test
  void each_image_holds_a_slot_of_the_image_pack() {
    Facts facts = check("images", null, "'prompt':'p','n':4");

    assertThat(facts.outputs()).isEqualTo(4);
    assertThat(facts.slotClass().text()).isEqualTo("kling-v2-1/image");
  }

  @ParameterizedTest
  @CsvSource({
    "kling-3.0,       kling-v3/video",
    "kling-2.6,       kling-v2-6/video",
    "kling-2.5-turbo, kling-v2-5-turbo/video",
    "kling-3.0-turbo, kling-3.0-turbo/video",
  })
  void one_model_version_shares_its_slots_between_the_dialects(String model, String slotClass) {
    assertThat(check("text-to-video", model, "'prompt':'p'").slotClass().text())
        .isEqualTo(slotClass);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text-to-video  |           | 'prompt':'p','settings':{'duration':'5'}      | /input/settings/duration | an integer between 3 and 15",
        "text-to-video  |           | 'prompt':'p','settings':{'mode':'std'}        | /input/settings/mode     | allowed: aspect_ratio, audio",
        "text-to-video  |           | 'settings':{}                                 | /input/prompt            | is missing",
        "text-to-video  | kling-v99 | 'prompt':'p'                                  | /model                   | kling-3.0-turbo",
        "text2video     | kling-v3  | 'prompt':'p'                                  | /model                   | use /input/model_name",
        "image-to-video |           | 'contents':[{'type':'base_video','url':'https://a.example/b'}] | /input/contents/0/type | element, first_frame, last_frame, prompt, voice",
        "image-to-video |           | 'contents':[{'type':'first_frame'}]           | /input/contents/0/url    | is missing",
        "image-to-video |           | 'contents':[{'url':'https://a.example/b'}]            | /input/contents/0/type   | must be one of",
        "image-to-video |           | 'contents':[7]                                | /input/contents/0        | an object whose type",
        "images         |           | 'prompt':'p','n':10                           | /input/n                 | between 1 and 9",
        "images         |           | 'n':1                                         | /input/prompt            | is missing",
      })
  void a_wrong_field_is_named_with_what_is_allowed(
      String kind, @Nullable String model, String input, String field, String allowed) {
    BacklotException refusal = refusal(kind, model, input);

    assertThat(refusal.code().httpStatus()).isEqualTo(400);
    assertThat(refusal.field()).contains(field);
    assertThat(refusal.detail()).contains(allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text-to-video  | kling-v3        | 'prompt':'p'                                     | /model                   | does not do text-to-video",
        "text-to-video  | kling-2.6       | 'prompt':'p','settings':{'duration':7}           | /input/settings/duration | kling-3.0-turbo; kling-3.0",
        "text-to-video  | kling-3.0-turbo | 'prompt':'p','settings':{'resolution':'4k'}      | /input/settings/resolution | the resolution 720p, 1080p",
        "text-to-video  | kling-3.0-turbo | 'prompt':'p','settings':{'audio':'off'}          | /input/settings/audio    | has no audio",
        "text-to-video  | kling-2.6       | 'prompt':'p','settings':{'audio':'native'}       | /input/settings/audio    | needs resolution 1080p",
        "image-to-video | kling-3.0       | 'contents':[{'type':'last_frame','url':'https://a.example/b'}] | /input/contents    | a last frame needs a first frame",
        "image-to-video | kling-3.0       | 'contents':[{'type':'prompt','text':'p'}]        | /input/contents          | a first frame is needed",
        "image-to-video | kling-2.6       | 'contents':[{'type':'first_frame','url':'https://a.example/b'},{'type':'voice','voice_id':'1','id':'Z'}] | /input/contents | needs sound",
        "omni-video     |                 | 'contents':[{'type':'prompt','text':'p'}]        | /input/settings/aspect_ratio | is needed without a first frame",
        "omni-video     |                 | 'contents':[{'type':'feature_video','url':'https://a.example/b'}] | /input/settings/multi_shot | needs multi_shot true",
        "omni-video     |                 | 'contents':[{'type':'base_video','url':'https://a.example/b'}],'settings':{'audio':'native'} | /input/settings/audio | no video-input",
        "omni-video     |                 | 'contents':[{'type':'base_video','url':'https://a.example/b'},{'type':'first_frame','url':'https://a.example/b'}] | /input/contents | takes no frames",
        "omni-video     |                 | 'contents':[{'type':'feature_video','url':'https://a.example/b'}],'settings':{'multi_shot':true,'audio':'original'} | /input/settings/audio | a feature video is silent",
        "omni-video     | kling-o1        | 'contents':[{'type':'first_frame','url':'https://a.example/b'}],'settings':{'duration':7} | /input/settings/duration | 5 or 10 seconds",
        "omni-video     |                 | 'contents':[{'type':'refer_image','url':'https://a.example/b','id':'A'},{'type':'element','element_id':'1','id':'A'}],'settings':{'aspect_ratio':'1:1'} | /input/contents | has an id twice",
        "text-to-video  | kling-3.0       | 'prompt':'shot 1, 3, a; shot 2, 1, b;','settings':{'multi_shot':true} | /input/prompt | 2 shots of 4 seconds in all",
        "text-to-video  | kling-3.0       | 'prompt':'shot 1, 3, a; shot 3, 2, b;','settings':{'multi_shot':true} | /input/prompt | has a shot that is not",
        "images         |                 | 'prompt':'p','negative_prompt':'n','image':'https://a.example/b' | /input/image     | cannot go together",
        "images         |                 | 'prompt':'p','image':'https://a.example/b','image_reference':'face' | /input/image_reference | kling-v1-5",
      })
  void an_impossible_combination_says_why(
      String kind, @Nullable String model, String input, String field, String detail) {
    BacklotException refusal = refusal(kind, model, input);

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_COMBINATION);
    assertThat(refusal.field()).contains(field);
    assertThat(refusal.detail()).contains(detail);
  }

  @Test
  void elements_are_bounded_together_with_images() {
    String image = "{'type':'refer_image','url':'https://a.example/b'},";
    String element = "{'type':'element','element_id':'1','id':'E'}";
    BacklotException refusal =
        refusal(
            "omni-video",
            null,
            "'contents':[" + image.repeat(7) + element + "],'settings':{'aspect_ratio':'1:1'}");

    assertThat(refusal.detail())
        .contains("has 8, at most 7 reference images and elements together");
  }

  @ParameterizedTest
  @CsvSource({"kling-2.6, 2501, 422", "kling-3.0, 3072, 0", "kling-3.0, 3073, 400"})
  void a_prompt_is_as_long_as_its_model_allows(String model, int length, int status) {
    BacklotException refusal =
        refusal("text-to-video", model, "'prompt':'" + "p".repeat(length) + "'");

    assertThat(refusal == null ? 0 : refusal.code().httpStatus()).isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource({"external_task_id", "callback_url"})
  void what_is_ours_to_set_is_refused_where_the_dialect_has_it(String field) {
    BacklotException refusal =
        refusal("text-to-video", null, "'prompt':'p','options':{'%s':'x'}".formatted(field));

    assertThat(refusal.code()).isEqualTo(ErrorCode.RESERVED_FIELD);
    assertThat(refusal.field()).contains("/input/options/" + field);
  }
}
