package dev.backlot.domain.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CatalogFiles;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.catalog.CarryOver.Carried;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes from one dialect into the other (Kling reference, sections 1, 4 and 6). */
class CarryOverTest {
  private static final Catalog CATALOG = CatalogFiles.load();
  private static final String A = "https://a.example/1.png";
  private static final String B = "https://b.example/2.png";
  private static final String LONG = "x".repeat(2_501);

  private static Optional<Carried> carry(String kind, String model, String input) {
    return CATALOG.routes(kind).get(1).carry(model, json(input).getMap());
  }

  private static JsonObject json(String text) {
    return new JsonObject(
        text.replace('\'', '"').replace("LONG", LONG).replace("IMG1", A).replace("IMG2", B));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text2video | kling-v2-6 | {'prompt':'p'} | kling-2.6 | {'prompt':'p','settings':{'resolution':'720p','duration':5,'aspect_ratio':'16:9','audio':'off'}}",
        "text2video | kling-v2-5-turbo | {'prompt':'p','sound':'off','model_name':'kling-v2-5-turbo'} | kling-2.5-turbo | {'prompt':'p','settings':{'resolution':'720p','duration':5,'aspect_ratio':'16:9'}}",
        "text2video | kling-v3 | {'prompt':'p','mode':'pro','duration':'7','sound':'on','aspect_ratio':'1:1','multi_shot':false,'watermark_info':{'enabled':true}} | kling-3.0 | {'prompt':'p','settings':{'resolution':'1080p','duration':7,'aspect_ratio':'1:1','audio':'native','multi_shot':false},'options':{'watermark_info':{'enabled':true}}}",
        "image2video | kling-v3 | {'prompt':'p','image':'IMG1','image_tail':'IMG2'} | kling-3.0 | {'contents':[{'type':'prompt','text':'p'},{'type':'first_frame','url':'IMG1'},{'type':'last_frame','url':'IMG2'}],'settings':{'resolution':'720p','duration':5,'audio':'off','multi_shot':false}}",
        "image2video | kling-v3 | {'prompt':'p','image':{'$part':0,'length':9}} | kling-3.0 | {'contents':[{'type':'prompt','text':'p'},{'type':'first_frame','url':{'$part':0,'length':9}}],'settings':{'resolution':'720p','duration':5,'audio':'off','multi_shot':false}}",
        "text-to-video | kling-3.0 | {'prompt':'p'} | kling-v3 | {'prompt':'p','mode':'std','duration':'5','aspect_ratio':'16:9','sound':'off'}",
        "text-to-video | kling-2.5-turbo | {'prompt':'p','settings':{'resolution':'1080p','duration':10}} | kling-v2-5-turbo | {'prompt':'p','mode':'pro','duration':'10','aspect_ratio':'16:9'}",
        "text-to-video | kling-3.0 | {'prompt':'p','settings':{'audio':'native','multi_shot':false},'options':{'watermark_info':{'enabled':true}}} | kling-v3 | {'prompt':'p','mode':'std','duration':'5','aspect_ratio':'16:9','sound':'on','watermark_info':{'enabled':true}}",
        "image-to-video | kling-3.0 | {'contents':[{'type':'last_frame','url':'IMG2'},{'type':'first_frame','url':'IMG1'},{'type':'prompt','text':'p'}]} | kling-v3 | {'prompt':'p','image':'IMG1','image_tail':'IMG2','mode':'std','duration':'5','sound':'off'}",
        "image-to-video | kling-3.0 | {'contents':[{'type':'first_frame','url':{'$part':0,'length':9}},{'type':'prompt','text':'p'}]} | kling-v3 | {'prompt':'p','image':{'$part':0,'length':9},'mode':'std','duration':'5','sound':'off'}",
        "omni-video | kling-3.0-omni | {'contents':[{'type':'prompt','text':'p'}],'settings':{'aspect_ratio':'9:16','duration':3}} | kling-v3-omni | {'prompt':'p','mode':'std','duration':'3','aspect_ratio':'9:16','sound':'off'}",
        "omni-video | kling-o1 | {'contents':[{'type':'prompt','text':'p'},{'type':'first_frame','url':'IMG1'},{'type':'last_frame','url':'IMG2'}],'settings':{'audio':'off','duration':10}} | kling-video-o1 | {'prompt':'p','image_list':[{'type':'first_frame','image_url':'IMG1'},{'type':'end_frame','image_url':'IMG2'}],'mode':'std','duration':'10'}",
        "omni-video | kling-3.0-omni | {'contents':[{'type':'refer_image','url':'IMG1'},{'type':'refer_image','url':'IMG2'},{'type':'prompt','text':'p'}],'settings':{'aspect_ratio':'1:1'}} | kling-v3-omni | {'prompt':'p','image_list':[{'image_url':'IMG1'},{'image_url':'IMG2'}],'mode':'std','duration':'5','aspect_ratio':'1:1','sound':'off'}",
      })
  void what_means_the_same_is_written_out_in_the_other_form(
      String kind, String model, String input, String theirs, String written) {
    Carried carried = carry(kind, model, input).orElseThrow();

    assertThat(carried.model()).isEqualTo(theirs);
    assertThat(new JsonObject(Map.copyOf(carried.input()))).isEqualTo(json(written));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text2video | kling-v1 | {'prompt':'p'}",
        "omni-video | kling-o1 | {'contents':[{'type':'prompt','text':'p'}],'settings':{'aspect_ratio':'1:1','duration':8}}",
        "text2video | kling-v3 | {'prompt':'p','negative_prompt':''}",
        "text2video | kling-v3 | {'prompt':'p','cfg_scale':0.5}",
        "text2video | kling-v3 | {'prompt':'p','camera_control':{'type':'down_back'}}",
        "text2video | kling-v3 | {'prompt':'p <<<voice_1>>>'}",
        "text2video | kling-v3 | {'prompt':'p @home'}",
        "text2video | kling-v3 | {'multi_shot':true,'prompt':'p'}",
        "text2video | kling-v3 | {'multi_prompt':[{'index':1,'prompt':'p','duration':'5'}],'prompt':'p'}",
        "text2video | kling-v2-6 | {'prompt':'p','voice_list':[{'voice_id':1}]}",
        "image2video | kling-v3 | {'prompt':'p','image':'IMG1','static_mask':'IMG2'}",
        "image2video | kling-v3 | {'prompt':'p','image':'IMG1','element_list':[{'element_id':1}]}",
        "image2video | kling-v3 | {'prompt':'p','image_tail':'IMG2'}",
        "text-to-video | kling-3.0-turbo | {'prompt':'p'}",
        "text-to-video | kling-3.0 | {'prompt':'LONG'}",
        "text-to-video | kling-3.0 | {'prompt':'@Zhang waves'}",
        "text-to-video | kling-3.0 | {'prompt':'p','settings':{'multi_shot':true}}",
        "image-to-video | kling-3.0 | {'contents':[{'type':'first_frame','url':'IMG1'}]}",
        "image-to-video | kling-3.0 | {'contents':[{'type':'first_frame','url':'IMG1','id':'a'},{'type':'prompt','text':'p'}]}",
        "image-to-video | kling-3.0 | {'contents':[{'type':'first_frame','url':'IMG1'},{'type':'prompt','text':'p'},{'type':'element','element_id':'1','id':'a'}]}",
        "image-to-video | kling-3.0 | {'contents':[{'type':'first_frame','url':{'$part':0,'length':13981017}},{'type':'prompt','text':'p'}]}",
        "omni-video | kling-3.0-omni | {'contents':[{'type':'prompt','text':'p'},{'type':'base_video','url':'IMG1'}]}",
        "omni-video | kling-3.0-omni | {'contents':[{'type':'prompt','text':'p'},{'type':'first_frame','url':'IMG1'}],'settings':{'audio':'original'}}",
        "omni-video | kling-3.0-omni | {'contents':[{'type':'prompt','text':'p'},{'type':'first_frame','url':'IMG1'},{'type':'refer_image','url':'IMG2'}]}",
        "omni-video | kling-o1 | {'contents':[{'type':'prompt','text':'p'}],'settings':{'aspect_ratio':'1:1','duration':3}}",
      })
  void what_cannot_be_said_in_the_other_form_stays(String kind, String model, String input) {
    assertThat(carry(kind, model, input)).isEmpty();
  }

  @Test
  void the_input_itself_is_left_as_it_is() {
    String input =
        "{'contents':[{'type':'first_frame','url':'IMG1'},{'type':'prompt','text':'p'}]}";
    JsonObject given = json(input);

    CATALOG.routes("image-to-video").get(1).carry("kling-3.0", given.getMap());

    assertThat(given).isEqualTo(json(input));
  }

  @Test
  void images_have_one_way_only() {
    assertThat(CATALOG.routes("images")).hasSize(1);
  }

  @Test
  void a_kind_that_is_not_known_has_no_way() {
    assertThat(CATALOG.routes("nothing")).isEmpty();
  }

  /** Whatever intake accepts and a route carries is the same job on the other side. */
  @ParameterizedTest
  @ValueSource(strings = {"text2video", "image2video", "text-to-video", "image-to-video"})
  void what_is_carried_over_is_accepted_there_and_is_the_same_job(String kind) {
    Random random = new Random(kind.hashCode());
    int accepted = 0;
    int carriedOver = 0;
    for (int i = 0; i < 4_000; i++) {
      Route route = CATALOG.routes(kind).get(1);
      boolean legacy = route.dialect() == Dialect.PATH_PER_MODEL;
      String model = pick(random, legacy ? LEGACY_MODELS : NEWER_MODELS);
      JsonObject input = input(kind, model, random);
      Optional<Facts> own = check(kind, legacy ? null : model, input);
      if (own.isEmpty()) {
        continue;
      }
      accepted++;
      Optional<Carried> carried = route.carry(model, own.get().input());
      if (carried.isPresent()) {
        carriedOver++;
        assertSameJob(own.get(), there(kind, carried.get()), input);
      }
    }
    assertThat(accepted).isGreaterThan(300);
    assertThat(carriedOver).isGreaterThan(100).isLessThan(accepted);
  }

  private static void assertSameJob(Facts own, Facts there, JsonObject input) {
    assertThat(CATALOG.price(there)).as(input.encode()).isEqualTo(CATALOG.price(own));
    assertThat(there.slotClass()).as(input.encode()).isEqualTo(own.slotClass());
    assertThat(there.seconds()).as(input.encode()).isEqualTo(own.seconds());
    assertThat(there.outputs()).as(input.encode()).isEqualTo(own.outputs());
  }

  /** The check of the kind that is written in the other form. */
  private static Facts there(String kind, Carried carried) {
    JsonObject input = new JsonObject(Map.copyOf(carried.input()));
    return switch (kind) {
      case "text2video" -> CATALOG.check("text-to-video", carried.model(), input.getMap());
      case "image2video" -> CATALOG.check("image-to-video", carried.model(), input.getMap());
      case "text-to-video" -> legacyCheck("text2video", carried);
      default -> legacyCheck("image2video", carried);
    };
  }

  private static Facts legacyCheck(String kind, Carried carried) {
    JsonObject input = new JsonObject(new HashMap<>(carried.input()));
    return CATALOG.check(kind, null, input.put("model_name", carried.model()).getMap());
  }

  private static Optional<Facts> check(String kind, @Nullable String model, JsonObject input) {
    try {
      return Optional.of(CATALOG.check(kind, model, input.getMap()));
    } catch (BacklotException refused) {
      return Optional.empty();
    }
  }

  private static final List<String> LEGACY_MODELS =
      List.of("kling-v1-6", "kling-v2-5-turbo", "kling-v2-6", "kling-v3");
  private static final List<String> NEWER_MODELS =
      List.of("kling-3.0-turbo", "kling-3.0", "kling-2.6", "kling-2.5-turbo");

  private static JsonObject input(String kind, String model, Random random) {
    return switch (kind) {
      case "text2video" -> legacy(random, model);
      case "image2video" -> withImages(random, legacy(random, model));
      case "text-to-video" -> newer(random).put("prompt", "p");
      default -> newer(random).put("contents", contents(random));
    };
  }

  private static JsonObject legacy(Random random, String model) {
    JsonObject input = new JsonObject().put("model_name", model).put("prompt", "p");
    maybe(random, input, "mode", "std", "pro", "4k");
    maybe(random, input, "duration", "5", "10", "7", "15");
    maybe(random, input, "sound", "on", "off");
    maybe(random, input, "aspect_ratio", "1:1", "16:9");
    maybe(random, input, "multi_shot", false);
    maybe(random, input, "watermark_info", Map.of("enabled", true));
    if (random.nextInt(4) == 0) {
      maybe(random, input, "negative_prompt", "n");
    }
    return input;
  }

  private static JsonObject withImages(Random random, JsonObject input) {
    input.remove("aspect_ratio");
    input.put("image", A);
    maybe(random, input, "image_tail", B);
    return input;
  }

  private static JsonObject newer(Random random) {
    JsonObject settings = new JsonObject();
    maybe(random, settings, "resolution", "720p", "1080p", "4k");
    maybe(random, settings, "duration", 5, 10, 7, 15);
    maybe(random, settings, "audio", "native", "off");
    maybe(random, settings, "multi_shot", false, true);
    JsonObject input = new JsonObject();
    maybe(random, input, "settings", settings.getMap());
    maybe(random, input, "options", Map.of("watermark_info", Map.of("enabled", true)));
    return input;
  }

  private static List<Map<String, Object>> contents(Random random) {
    Map<String, Object> first = Map.of("type", "first_frame", "url", A);
    Map<String, Object> prompt = Map.of("type", "prompt", "text", "p");
    Map<String, Object> last = Map.of("type", "last_frame", "url", B);
    return switch (random.nextInt(3)) {
      case 0 -> List.of(first);
      case 1 -> List.of(prompt, first);
      default -> List.of(last, prompt, first);
    };
  }

  private static void maybe(Random random, JsonObject input, String member, Object... values) {
    if (random.nextBoolean()) {
      input.put(member, values[random.nextInt(values.length)]);
    }
  }

  private static String pick(Random random, List<String> values) {
    return values.get(random.nextInt(values.size()));
  }
}
