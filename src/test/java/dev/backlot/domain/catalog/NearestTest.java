package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a refusal of an impossible combination says, and that what it proposes is possible. */
class NearestTest {
  private static final Catalog CATALOG = CatalogFiles.load();
  private static final String FRAME = "{'type':'first_frame','url':'https://a.example/b'}";
  private static final String NEAREST = " Nearest: ";

  /** Of all kinds, as members; those that a kind does not have are left out there. */
  private static final List<String> MEMBERS =
      List.of(
          "'sound':'on'",
          "'sound':'off'",
          "'sound':'on','voice_list':[{'voice_id':'1'}]",
          "'voice_list':[{'voice_id':'1'}]",
          "'cfg_scale':0.5",
          "'camera_control':{'type':'forward_up'}",
          "'camera_control':{'type':'simple','config':{'pan':1}}",
          "'multi_shot':true,'shot_type':'intelligence'",
          "'image':'https://a.example/b'",
          "'image_tail':'https://a.example/b'",
          "'image':'https://a.example/b','image_tail':'https://a.example/b'",
          "'image':'https://a.example/b','image_tail':'https://a.example/b','sound':'on'",
          "'image':'https://a.example/b','static_mask':'https://a.example/b'",
          "'image':'https://a.example/b','element_list':[{'element_id':'1'}],'cfg_scale':1",
          "'image':'https://a.example/b','image_reference':'face'",
          "'settings':{'audio':'native'}",
          "'settings':{'audio':'off'}",
          "'settings':{'multi_shot':true,'audio':'native'}",
          "'settings':{'audio':'native','aspect_ratio':'1:1'}",
          "'contents':[" + FRAME + "]",
          "'contents':[" + FRAME + ",{'type':'last_frame','url':'https://a.example/b'}]",
          "'contents':["
              + FRAME
              + ",{'type':'last_frame','url':'https://a.example/b'}],'settings':{'audio':'native'}",
          "'contents':[" + FRAME + ",{'type':'voice','voice_id':'1','id':'V'}]",
          "'contents':[" + FRAME + ",{'type':'element','element_id':'1','id':'E'}]",
          "'contents':[{'type':'base_video','url':'https://a.example/b'}],"
              + "'settings':{'audio':'native'}",
          "'contents':[{'type':'feature_video','url':'https://a.example/b'}],"
              + "'settings':{'multi_shot':true}");

  private static JsonObject json(String members) {
    return new JsonObject("{" + members.replace('\'', '"') + "}");
  }

  private static void check(Kind kind, @Nullable String model, JsonObject input) {
    boolean beside = kind.choices().model().at() == null;
    JsonObject said = input.copy();
    if (!beside && model != null) {
      said.put(kind.choices().model().field(), model);
    }
    CATALOG.check(kind.name(), beside ? model : null, new JsonObject(said.encode()).getMap());
  }

  private static @Nullable BacklotException refusal(Kind kind, String model, JsonObject input) {
    return catchThrowableOfType(BacklotException.class, () -> check(kind, model, input));
  }

  private static Kind kind(String name) {
    return CATALOG.all().stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text2video  | kling-v2-6        | 'sound':'on' | sound on with kling-v2-6 and mode std | kling-v2-6 with mode pro; kling-v2-6 without sound; kling-v3",
        "text2video  | kling-v2-6        | 'sound':'on','mode':'std' | sound on with kling-v2-6 and mode std | kling-v2-6 with mode pro; kling-v2-6 without sound; kling-v3",
        "text2video  | kling-v2-master   | 'mode':'pro' | mode pro with kling-v2-master | kling-v2-master without mode; kling-v1; kling-v1-6; kling-v2-5-turbo; kling-v2-6",
        "text2video  | kling-v2-master   | 'mode':'4k'  | mode 4k with kling-v2-master | kling-v2-master without mode; kling-v3",
        "text2video  | kling-v1          | 'duration':'3' | duration 3 with kling-v1 | kling-v1 with duration 5; kling-v1 with duration 10; kling-v3",
        "text2video  | kling-v2-6        | 'duration':'9','sound':'on','mode':'pro' | duration 9 with kling-v2-6 | kling-v2-6 with duration 10; kling-v2-6 with duration 5; kling-v3",
        "text2video  | kling-v2-6        | 'voice_list':[{'voice_id':'1'}] | voice_list with kling-v2-6 and mode std and no sound | kling-v2-6 with mode pro and with sound on; kling-v2-6 without voice_list",
        "text2video  | kling-v1-5        | 'mode':'pro' | kling-v1-5 with text2video | kling-v1; kling-v1-6; kling-v2-5-turbo; kling-v2-6; kling-v3",
        "text2video  | kling-v3          | 'camera_control':{'type':'forward_up'},'mode':'pro' | camera_control with kling-v3 | kling-v3 without camera_control; kling-v1 with mode std",
        "text2video  | kling-v1          | 'sound':'on' | sound on with kling-v1 | kling-v1 without sound; kling-v3",
        "image2video | kling-v3          | 'image_tail':'https://a.example/b' | image_tail without image with kling-v3 | kling-v1-5 with mode pro; kling-v1-6 with mode pro",
        "image2video | kling-v3          | 'image_tail':'https://a.example/b','mode':'pro' | image_tail without image with kling-v3 | kling-v1-5; kling-v1-6",
        "image2video | kling-v2-master   | 'image':'https://a.example/b','mode':'pro' | mode pro with kling-v2-master | kling-v2-master without mode; kling-v1; kling-v1-5; kling-v1-6; kling-v2-1",
        "image2video | kling-v2-6        | 'image':'https://a.example/b','image_tail':'https://a.example/b','mode':'pro','sound':'on' | image and image_tail with kling-v2-6 and sound on | kling-v2-6 without sound; kling-v3",
        "image2video | kling-v1-5        | 'image':'https://a.example/b','static_mask':'https://a.example/b','duration':'10','mode':'pro' | static_mask with kling-v1-5 and duration 10 | kling-v1-5 with duration 5; kling-v1-5 without static_mask; kling-v1 with duration 5",
        "images      | kling-v3          | 'image':'https://a.example/b','image_reference':'face' | image_reference with kling-v3 | kling-v3 without image_reference; kling-v1-5",
        "text-to-video | kling-2.6       | 'settings':{'audio':'native'} | settings/audio native with kling-2.6 and resolution 720p | kling-2.6 with resolution 1080p; kling-2.6 without settings/audio; kling-3.0",
        "text-to-video | kling-3.0-turbo | 'settings':{'resolution':'4k'} | resolution 4k with kling-3.0-turbo | kling-3.0-turbo with resolution 1080p; kling-3.0-turbo with resolution 720p; kling-3.0",
      })
  void a_refusal_names_what_does_not_go_together_and_what_comes_nearest(
      String kind, String model, String members, String pair, String nearest) {
    BacklotException refusal =
        Objects.requireNonNull(
            refusal(kind(kind), model, json("'prompt':'p'," + members)), "not refused");

    assertThat(refusal.code()).isEqualTo(ErrorCode.UNSUPPORTED_COMBINATION);
    assertThat(refusal.detail()).contains(": " + pair + " is not possible: ");
    assertThat(refusal.detail()).endsWith("." + NEAREST + nearest + ".");
  }

  @Test
  void whatever_is_proposed_is_accepted() {
    List<String> wrong = new ArrayList<>();
    int proposals = 0;
    for (Kind kind : CATALOG.all()) {
      for (String model : models()) {
        for (JsonObject input : inputs(kind)) {
          BacklotException refusal = refusal(kind, model, input);
          List<String> proposed = refusal == null ? List.of() : proposed(refusal.detail());
          assertThat(proposed).hasSizeLessThanOrEqualTo(5).doesNotHaveDuplicates();
          proposals += proposed.size();
          proposed.stream()
              .filter(proposal -> refusalOf(kind, proposal, input) != null)
              .forEach(
                  proposal -> wrong.add(kind.name() + " " + model + " " + input + ": " + proposal));
        }
      }
    }

    assertThat(wrong).isEmpty();
    assertThat(proposals).isGreaterThan(1_000);
  }

  private static List<String> models() {
    return CATALOG.all().stream()
        .flatMap(kind -> kind.models().keySet().stream())
        .distinct()
        .toList();
  }

  private static List<JsonObject> inputs(Kind kind) {
    List<JsonObject> inputs = new ArrayList<>();
    List<String> modes =
        kind.models().values().stream()
            .flatMap(capability -> capability.modes().stream())
            .distinct()
            .toList();
    for (String members : Stream.concat(Stream.of(""), MEMBERS.stream()).toList()) {
      JsonObject input = json(members);
      if (kind.fields().members().containsKey("prompt")) {
        input.put("prompt", "p");
      }
      if (!kind.fields().members().keySet().containsAll(input.fieldNames())) {
        continue;
      }
      for (String mode : Stream.concat(Stream.of(""), modes.stream()).toList()) {
        for (String duration : List.of("", "3", "5", "9", "10", "15")) {
          JsonObject each = input.copy();
          set(each, kind.choices().mode(), mode);
          set(each, kind.choices().seconds(), duration);
          inputs.add(each);
        }
      }
    }
    return inputs;
  }

  private static void set(JsonObject input, Choice choice, String value) {
    if (choice.at() != null && !value.isEmpty()) {
      put(input, choice.field(), value);
    }
  }

  private static List<String> proposed(String detail) {
    int at = detail.indexOf(NEAREST);
    return at < 0
        ? List.of()
        : List.of(detail.substring(at + NEAREST.length(), detail.length() - 1).split("; "));
  }

  /** Does by the text alone what it proposes. */
  private static @Nullable BacklotException refusalOf(
      Kind kind, String proposal, JsonObject input) {
    JsonObject changed = input.copy();
    String[] words = proposal.split(" ", 2);
    for (String change : words.length == 1 ? new String[0] : words[1].split(" and ")) {
      String[] parts = change.split(" ");
      if (parts[0].equals("with")) {
        put(changed, field(kind, parts[1]), parts[2]);
      } else if (parts.length == 4) {
        JsonArray left = new JsonArray();
        changed.getJsonArray(parts[3]).stream()
            .filter(element -> !parts[1].equals(((JsonObject) element).getString("type")))
            .forEach(left::add);
        changed.put(parts[3], left);
      } else {
        remove(changed, field(kind, parts[1]));
      }
    }
    return refusal(kind, words[0], changed);
  }

  private static String field(Kind kind, String name) {
    return Stream.of(kind.choices().mode(), kind.choices().seconds())
        .filter(choice -> choice.at() != null && choice.name().equals(name))
        .findFirst()
        .map(Choice::field)
        .orElse(name);
  }

  private static void put(JsonObject input, String field, String value) {
    boolean whole = field.equals("settings/duration");
    JsonObject at = input;
    String[] steps = field.split("/");
    for (int i = 0; i < steps.length - 1; i++) {
      if (!at.containsKey(steps[i])) {
        at.put(steps[i], new JsonObject());
      }
      at = at.getJsonObject(steps[i]);
    }
    at.put(steps[steps.length - 1], whole ? (Object) Integer.valueOf(value) : value);
  }

  private static void remove(JsonObject input, String field) {
    String[] steps = field.split("/");
    JsonObject at = steps.length == 2 ? input.getJsonObject(steps[0]) : input;
    at.remove(steps[steps.length - 1]);
  }
}
