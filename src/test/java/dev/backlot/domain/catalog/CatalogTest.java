package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.http.JsonBody;
import io.vertx.core.buffer.Buffer;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The files of the jar against sections 4.1, 4.2, 11 and 12 of the Kling API reference. */
class CatalogTest {
  private static final Catalog CATALOG = CatalogFiles.load();
  private static final String IMAGE = "'image':'https://img.example/a.png'";
  private static final String TAIL = "'image_tail':'https://img.example/b.png'";

  private static Facts check(String kind, String input) {
    Buffer body = Buffer.buffer("{" + input.replace('\'', '"') + "}");
    return CATALOG.check(kind, null, JsonBody.parse(body).getMap());
  }

  private static BacklotException refusal(String kind, String input) {
    return catchThrowableOfType(BacklotException.class, () -> check(kind, input));
  }

  @Test
  void what_is_left_out_gets_its_default() {
    Facts facts = check("text2video", "'prompt':'p'");

    assertThat(facts.model()).isEqualTo("kling-v2-6");
    assertThat(facts.mode()).isEqualTo("std");
    assertThat(facts.seconds()).isEqualTo(5);
    assertThat(facts.features()).isEmpty();
    assertThat(facts.slotClass().text()).isEqualTo("kling-v2-6/video");
  }

  @Test
  void an_offer_is_the_kinds_and_models_and_not_their_prices() {
    CatalogText files = CatalogText.builtIn();
    CatalogText dearer = new CatalogText(files.capabilities(), files.prices() + "\n# dearer\n");
    CatalogText renamed =
        new CatalogText(
            files.capabilities().replace("kling-v2-1-master", "kling-v2-1-star"),
            files.prices().replace("kling-v2-1-master", "kling-v2-1-star"));

    assertThat(CATALOG.offer()).matches("[0-9a-f]{16}");
    assertThat(CatalogFiles.read(dearer).offer()).isEqualTo(CATALOG.offer());
    assertThat(CatalogFiles.read(renamed).offer()).isNotEqualTo(CATALOG.offer());
  }

  @Test
  void a_kind_knows_where_it_goes() {
    assertThat(CATALOG.routes("image2video").get(0))
        .isEqualTo(new Route(Dialect.LEGACY, "/v1/videos/image2video", LookupBy.PATH, null));
    assertThat(CATALOG.routes("text-to-video").get(0).pathFor("kling-3.0"))
        .isEqualTo("/text-to-video/kling-3.0");
  }

  @ParameterizedTest
  @CsvSource({
    "kling-v1,          std, 5,  off, 1",
    "kling-v1,          std, 10, off, 2",
    "kling-v1,          pro, 5,  off, 3.5",
    "kling-v1,          pro, 10, off, 7",
    "kling-v1-6,        std, 5,  off, 2",
    "kling-v1-6,        pro, 10, off, 7",
    "kling-v2-master,   ,    5,  off, 10",
    "kling-v2-1-master, ,    10, off, 20",
    "kling-v2-5-turbo,  std, 5,  off, 1.5",
    "kling-v2-5-turbo,  pro, 10, off, 5",
    "kling-v2-6,        std, 5,  off, 1.5",
    "kling-v2-6,        pro, 10, off, 5",
    "kling-v2-6,        pro, 5,  on,  5",
    "kling-v3,          std, 3,  off, 1.8",
    "kling-v3,          std, 3,  on,  2.7",
    "kling-v3,          pro, 15, off, 12",
    "kling-v3,          pro, 5,  on,  6",
    "kling-v3,          4k,  5,  off, 15",
    "kling-v3,          4k,  5,  on,  15",
  })
  void a_clip_costs_what_the_price_list_says(
      String model, String mode, String duration, String sound, String units) {
    String withMode = mode == null ? "" : ",'mode':'" + mode + "'";
    Facts facts =
        check(
            "text2video",
            "'prompt':'p','model_name':'%s','duration':'%s','sound':'%s'%s"
                .formatted(model, duration, sound, withMode));

    assertThat(CATALOG.price(facts).amount()).hasToString(units);
    assertThat(CATALOG.price(facts).asset().text()).isEqualTo("video_unit");
    assertThat(CATALOG.priceVersion()).isEqualTo("2026-11");
  }

  @Test
  void voices_cost_more_than_sound_alone() {
    Facts facts =
        check(
            "text2video",
            "'prompt':'p','mode':'pro','sound':'on','voice_list':[{'voice_id':'829824295735410756'}]");

    assertThat(CATALOG.price(facts).amount()).hasToString("6");
  }

  @ParameterizedTest
  @CsvSource({
    "kling-v1-5, std, 4, 10",
    "kling-v2-1, pro, 3.5, 5",
    "kling-v2-1, std, 2, 5",
  })
  void models_of_images_alone_have_prices_too(
      String model, String mode, String units, String duration) {
    Facts facts =
        check(
            "image2video",
            IMAGE
                + ",'prompt':'p','model_name':'%s','mode':'%s','duration':'%s'"
                    .formatted(model, mode, duration));

    assertThat(CATALOG.price(facts).amount()).hasToString(units);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'prompt':7                          | /input/prompt          | a string of 1 to 2500",
        "'prompt':' '                        | /input/prompt          | not of white space alone",
        "'model_name':'kling-v3','multi_shot':false,'shot_type':'customize','multi_prompt':[{'index':1,'prompt':'a','duration':'5'}] | /input/prompt | is missing",
        "'prompt':'p','duration':5           | /input/duration        | one of \"3\", \"4\"",
        "'prompt':'p','duration':'16'        | /input/duration        | \"15\"",
        "'prompt':'p','mode':'ultra'         | /input/mode            | one of \"std\", \"pro\", \"4k\"",
        "'prompt':'p','mode':null            | /input/mode            | one of \"std\"",
        "'prompt':'p','sound':true           | /input/sound           | one of \"on\", \"off\"",
        "'prompt':'p','cfg_scale':1.5        | /input/cfg_scale       | between 0 and 1",
        "'prompt':'p','multi_shot':'yes'     | /input/multi_shot      | true or false",
        "'prompt':'p','seed':1               | /input/seed            | is not a member here; allowed: aspect_ratio",
        "'prompt':'p','image':'x'            | /input/image           | is not a member here",
        "'prompt':'p','model':'kling-v1'     | /input/model           | model_name",
        "'duration':'5'                      | /input/prompt          | is missing",
        "'prompt':'p','voice_list':[]        | /input/voice_list      | 1 to 2 elements",
        "'prompt':'p','voice_list':[{}]      | /input/voice_list/0/voice_id | is missing",
        "'prompt':'p','camera_control':{'type':'spin'} | /input/camera_control/type | \"simple\"",
        "'prompt':'p','camera_control':{'type':'simple','config':{'pan':11}} | /input/camera_control/config/pan | between -10 and 10",
        "'multi_shot':true,'prompt':'p'      | /input/shot_type       | is missing",
      })
  void a_wrong_field_is_named_with_what_is_allowed(String input, String field, String allowed) {
    BacklotException refusal = refusal("text2video", input);

    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(refusal.field()).contains(field);
    assertThat(refusal.detail()).contains(field).contains(allowed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'model_name':'kling-v1-5'                        | /input/model_name | does not do text2video",
        "'model_name':'kling-v1','duration':'3'           | /input/duration   | clips of 5, 10 seconds. Nearest: kling-v1 with duration 5; kling-v1 with duration 10; kling-v3.",
        "'mode':'4k'                                      | /input/mode       | the mode std, pro. Nearest: kling-v2-6 with mode pro; kling-v2-6 with mode std; kling-v3.",
        "'model_name':'kling-v2-master','mode':'pro'      | /input/mode       | takes no mode: leave it out. Nearest: kling-v2-master without mode; kling-v1; kling-v1-6; kling-v2-5-turbo; kling-v2-6.",
        "'sound':'on'                                     | /input/sound      | sound on with kling-v2-6 and mode std is not possible: sound with kling-v2-6 needs mode pro. Nearest: kling-v2-6 with mode pro; kling-v2-6 without sound; kling-v3.",
        "'model_name':'kling-v2-5-turbo','sound':'on'     | /input/sound      | has no sound",
        "'cfg_scale':0.5                                  | /input/cfg_scale  | kling-v2-6 has no cfg_scale",
        "'mode':'pro','voice_list':[{'voice_id':'v'}]     | /input/voice_list | needs mode pro and sound",
        "'model_name':'kling-v1','mode':'pro','camera_control':{'type':'forward_up'} | /input/camera_control | needs mode std",
        "'model_name':'kling-v3','multi_shot':true,'shot_type':'customize','duration':'5','multi_prompt':[{'index':1,'prompt':'a','duration':'2'}] | /input/multi_prompt | shots of 2 seconds in all, and the duration is 5",
        "'model_name':'kling-v1','camera_control':{'type':'simple','config':{'pan':1,'zoom':2}} | /input/camera_control/config | exactly one value",
        "'model_name':'kling-v1','camera_control':{'type':'simple'} | /input/camera_control/config | is needed by",
      })
  void an_impossible_combination_says_what_would_be_possible(
      String input, String field, String detail) {
    BacklotException refusal = refusal("text2video", "'prompt':'p'," + input);

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_COMBINATION);
    assertThat(refusal.field().orElseThrow()).startsWith(field);
    assertThat(refusal.detail()).contains(detail);
  }

  /** Those that its reference has, for clients of its API. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text2video    | 'prompt':'p','sound':'on' | model/mode(kling-v2-6/std) is not supported with sound on",
        "text2video    | 'prompt':'p','sound':'on','model_name':'kling-v1-6','mode':'pro' | model/mode(kling-v1-6/pro) is not supported with sound on",
        "omni-video-v1 | 'prompt':'p','sound':'on','model_name':'kling-v3-omni','video_list':[{'video_url':'https://v.example/a.mp4'}] | sound on is not supported with video input",
        "image2video   | 'image':'data;base64,no' | File is not in a valid base64 format",
        "image2video   | 'image':'SMALL' | Image pixel is invalid",
        "avatar        | 'image':'https://p.example/a.png','sound_file':'n o' | File is not in a valid base64 format",
      })
  void a_mistake_that_the_provider_has_words_for_has_these_as_well(
      String kind, String input, String words) {
    String small = Base64.getEncoder().encodeToString(Pictures.bytes("png", 299, 400));

    assertThat(refusal(kind, input.replace("SMALL", small)).theirs()).contains(words);
  }

  @Test
  void a_call_is_billed_when_it_has_a_price() {
    Catalog catalog = CatalogFiles.load();

    assertThat(catalog.isBilled("tts")).isTrue();
    assertThat(catalog.isBilled("delete-voices")).isFalse();
    assertThat(catalog.isBilled("text2video")).isFalse();
  }

  /** It has none that are known. */
  @Test
  void any_other_mistake_has_our_words_alone() {
    assertThat(refusal("text2video", "'prompt':'p','mode':'4k'").theirs()).isEmpty();
    assertThat(refusal("text2video", "'prompt':7").theirs()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "kling-v1         | std | image+tail | 5  | yes",
        "kling-v1         | std | image+tail | 10 | no",
        "kling-v1         | std | tail       | 5  | no",
        "kling-v1-5       | std | image+tail | 5  | no",
        "kling-v1-5       | pro | image+tail | 10 | yes",
        "kling-v1-6       | pro | tail       | 5  | yes",
        "kling-v1-6       | std | tail       | 5  | no",
        "kling-v2-1       | pro | image+tail | 5  | yes",
        "kling-v2-1       | std | image+tail | 5  | no",
        "kling-v2-5-turbo | pro | image+tail | 5  | yes",
        "kling-v2-6       | pro | image+tail | 5  | yes",
        "kling-v3         | std | image+tail | 15 | yes",
      })
  void start_and_end_frames_follow_the_capability_table(
      String model, String mode, String frames, String duration, String possible) {
    String images =
        switch (frames) {
          case "tail" -> TAIL;
          default -> IMAGE + "," + TAIL;
        };
    String input =
        images
            + ",'prompt':'p','model_name':'%s','mode':'%s','duration':'%s'"
                .formatted(model, mode, duration);

    if (possible.equals("yes")) {
      assertThat(check("image2video", input).model()).isEqualTo(model);
    } else {
      assertThat(refusal("image2video", input).code()).isEqualTo(ErrorCode.UNSUPPORTED_COMBINATION);
    }
  }

  @Test
  void start_and_end_frames_of_v2_6_are_silent() {
    BacklotException refusal =
        refusal("image2video", IMAGE + "," + TAIL + ",'prompt':'p','mode':'pro','sound':'on'");

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_COMBINATION);
    assertThat(refusal.detail()).contains("needs mode pro and no sound").contains("kling-v3");
  }

  @Test
  void an_image_job_needs_an_image() {
    assertThat(refusal("image2video", "'prompt':'p'").field()).contains("/input/image");
  }

  @ParameterizedTest
  @CsvSource({"'data:image/png;base64,AAAAAAAAAAAAAAAA'", "'ftp://x/y'", "'no'", "''"})
  void an_image_is_an_address_or_an_image(String image) {
    BacklotException refusal = refusal("image2video", "'prompt':'p','image':'%s'".formatted(image));

    assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
    assertThat(refusal.field()).contains("/input/image");
    assertThat(refusal.detail()).doesNotContain("AAAA");
  }

  @Test
  void an_address_that_is_not_public_is_refused() {
    assertThat(refusal("image2video", "'prompt':'p','image':'http://169.254.169.254/a'").detail())
        .isEqualTo("/input/image must be an address on the public internet.");
  }

  @Test
  void the_prefix_of_a_data_address_is_dropped() {
    String base64 = Pictures.png(300, 300);

    Facts facts =
        check("image2video", "'prompt':'p','image':'data:image/png;base64,%s'".formatted(base64));

    assertThat(facts.input()).containsEntry("image", base64).containsEntry("prompt", "p");
  }

  @Test
  void the_scheme_of_an_address_goes_in_lower_case() {
    Facts image = check("image2video", "'prompt':'p','image':'HTTP://EXAMPLE.COM/A.png'");

    assertThat(image.input()).containsEntry("image", "http://EXAMPLE.COM/A.png");
  }

  @Test
  void what_excludes_each_other_is_named() {
    BacklotException refusal =
        refusal(
            "image2video",
            IMAGE
                + ","
                + TAIL
                + ",'prompt':'p','model_name':'kling-v1','static_mask':'https://a.example/b'");

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_COMBINATION);
    assertThat(refusal.detail()).contains("/input/static_mask cannot go together with image_tail");
  }

  @ParameterizedTest
  @CsvSource({"external_task_id, Idempotency-Key", "callback_url, webhook"})
  void what_is_ours_to_set_is_refused_with_the_remedy(String field, String remedy) {
    BacklotException refusal =
        refusal("text2video", "'prompt':'p','%s':'https://a.example/b'".formatted(field));

    assertThat(refusal.code()).isEqualTo(ErrorCode.RESERVED_FIELD);
    assertThat(refusal.field()).contains("/input/" + field);
    assertThat(refusal.detail()).contains(remedy);
  }

  @Test
  void unknown_kinds_and_models_get_the_list() {
    BacklotException kind = refusal("text2music", "'prompt':'p'");
    BacklotException model = refusal("text2video", "'prompt':'p','model_name':'kling-v9'");

    assertThat(kind.code()).isEqualTo(ErrorCode.UNKNOWN_KIND);
    assertThat(kind.detail()).contains("text2video, image2video");
    assertThat(model.code()).isEqualTo(ErrorCode.UNKNOWN_MODEL);
    assertThat(model.detail()).contains("kling-v1-6").contains("kling-v3");
  }

  @Test
  void a_camera_preset_is_for_words_only() {
    String moved =
        "'prompt':'p','model_name':'kling-v1-5','mode':'pro',%s,'camera_control':{'type':'%s'%s}";

    assertThat(
            check("image2video", moved.formatted(IMAGE, "simple", ",'config':{'zoom':3}")).mode())
        .isEqualTo("pro");
    assertThat(refusal("image2video", moved.formatted(IMAGE, "down_back", "")).code())
        .isEqualTo(ErrorCode.UNSUPPORTED_COMBINATION);
  }
}
