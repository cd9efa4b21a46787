package dev.backlot.system;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.backlot.domain.catalog.Pictures;
import io.vertx.core.json.Json;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Bodies that no sound client sends, and some that one would. The same for the same random. */
final class FuzzedBodies {
  private static final String PICTURE = Pictures.png(320, 320);

  /** One of every kind that is accepted. */
  static final List<String> VALID =
      List.of(
          "{'kind':'text2video','input':{'prompt':'p','model_name':'kling-v3','mode':'pro','sound':'on'}}",
          "{'kind':'image2video','input':{'prompt':'p','image':'data:image/png;base64,PNG'}}",
          "{'kind':'images','input':{'prompt':'p','n':3}}",
          "{'kind':'images','input':{'prompt':'p','model_name':'kling-v3','image':'PNG'}}",
          "{'kind':'text-to-video','model':'kling-3.0-turbo','input':{'prompt':'p','settings':{'duration':3}}}",
          "{'kind':'image-to-video','model':'kling-3.0','input':{'contents':[{'type':'first_frame','url':'PNG'},{'type':'prompt','text':'p'}]}}",
          "{'kind':'omni-video','input':{'contents':[{'type':'base_video','url':'https://clips.example.com/a.mp4'},{'type':'prompt','text':'p'}]},'priority':3,'metadata':{'a':'b'}}");

  private static final List<String> NUMBERS =
      List.of(
          "1e400",
          "-1e-400",
          "1e999999999",
          "0.1e-41",
          "9".repeat(39),
          "9".repeat(400),
          "-0",
          "1.0",
          "00",
          "0x10",
          "NaN",
          "Infinity",
          "9223372036854775808",
          "-9223372036854775809",
          "1e5");

  private static final List<String> TEXTS =
      List.of(
          "",
          "\"\\u0000\"",
          "\"\\ud800\"",
          "\"\\udc00\\ud800\"",
          "\"\\ud83d\\ude00\"",
          "\"http://169.254.169.254/\"",
          "\"https://user:pw@example.com/\"",
          "\"javascript:alert(1)\"",
          "\"data:image/png;base64,\"",
          "\"{\\\"$part\\\":0,\\\"length\\\":9}\"",
          "{\"$part\":0,\"length\":9}",
          "[[[[[[]]]]]]",
          "null",
          "true",
          "\"" + "a".repeat(70_000) + "\"",
          "\"" + "é".repeat(3_000) + "\"",
          "\"'; DROP TABLE job; --\"",
          "{\"constructor\":{\"prototype\":{}},\"__proto__\":{}}");

  /** Long strings, which would be cut out of an input, where they do not belong. */
  private static final List<String> MISPLACED =
      List.of(
          "{'kind':'text2video','input':'LONG'}",
          "{'kind':'text2video','input':['LONG']}",
          "{'kind':'text2video','input':[['LONG'],{'a':'LONG'}]}",
          "{'kind':'text2video','input':{'prompt':'LONG'}}",
          "{'kind':'text2video','input':{'prompt':['LONG']}}",
          "{'kind':'text2video','input':{'prompt':'p','mode':'LONG'}}",
          "{'kind':'text2video','input':{'prompt':'p','model_name':'LONG'}}",
          "{'kind':'text2video','input':{'prompt':'p','duration':'LONG'}}",
          "{'kind':'text2video','input':{'prompt':'p','cfg_scale':'LONG'}}",
          "{'kind':'text2video','input':{'prompt':'p','multi_prompt':[['LONG']]}}",
          "{'kind':'text2video','input':{'prompt':'p','camera_control':'LONG'}}",
          "{'kind':'text2video','input':{'prompt':'p','external_task_id':'LONG'}}",
          "{'kind':'text2video','input':{'LONG':'p'}}",
          "{'kind':'image2video','input':{'prompt':'p','image':['LONG']}}",
          "{'kind':'image2video','input':{'prompt':'p','image':'LONG'}}",
          "{'kind':'image2video','input':{'prompt':'p','element_list':[{'element_id':'LONG'}]}}",
          "{'kind':'omni-video','input':{'contents':'LONG'}}",
          "{'kind':'omni-video','input':{'contents':['LONG']}}",
          "{'kind':'omni-video','input':{'contents':[{'type':'LONG'}]}}",
          "{'kind':'omni-video','input':{'contents':[{'type':'base_video','url':'LONG'}]}}",
          "{'kind':'LONG','input':'LONG'}",
          "{'kind':['LONG'],'input':{}}",
          "{'kind':'text-to-video','model':'LONG','input':{'prompt':'p'}}",
          "{'kind':'text2video','input':{'prompt':'p'},'priority':'LONG'}",
          "{'kind':'text2video','input':{'prompt':'p'},'metadata':'LONG'}",
          "{'kind':'text2video','input':{'prompt':'p'},'metadata':{'a':'LONG'}}",
          "{'kind':'text2video','input':{'prompt':'p'},'metadata':{'LONG':'a'}}",
          "{'kind':'text2video','input':{'prompt':'p'},'metadata':{'a':[['LONG']]}}",
          "{'LONG':'LONG'}",
          "['LONG']",
          "'LONG'",
          "LONG",
          "{'kind':'text2video','input':'LONG",
          "{'kind':'text2video','input':{'prompt':'LONG\u00e9'");

  /** Heads of batches, and such that are none. */
  private static final List<String> HEADS =
      List.of(
          "",
          "\"accept\":\"valid\",",
          "\"accept\":\"all\",",
          "\"accept\":\"some\",",
          "\"name\":\"\\u0000\",",
          "\"weight\":0,",
          "\"weight\":1e2,",
          "\"spend_cap\":{\"video_unit\":\"1e9\"},",
          "\"spend_cap\":{\"video_unit\":1},",
          "\"accept\":\"valid\",\"defaults\":{\"priority\":\"high\"},",
          "\"accept\":\"valid\",\"defaults\":{\"kind\":\"images\",\"input\":{\"prompt\":\"p\"}},",
          "\"defaults\":[],",
          "\"items\":[],",
          "\"accept\":\"valid\",\"accept\":\"valid\",");

  private final Random random;

  FuzzedBodies(Random random) {
    this.random = random;
  }

  static String valid(int kind) {
    return VALID.get(kind % VALID.size()).replace('\'', '"').replace("PNG", PICTURE);
  }

  /** Each longer than a body that is read whole. */
  static List<byte[]> misplaced() {
    String text = "A".repeat(300_000);
    return MISPLACED.stream()
        .map(json -> json.replace('\'', '"').replace("LONG", text).getBytes(UTF_8))
        .toList();
  }

  /** Some JSON, or nearly. */
  byte[] anyJson() {
    return value(random.nextInt(8)).getBytes(UTF_8);
  }

  byte[] deep() {
    int depth = 2 + random.nextInt(80_000);
    String open = random.nextBoolean() ? "[" : "{\"a\":";
    return ("{\"kind\":\"text2video\",\"input\":"
            + open.repeat(Math.min(depth, 200_000 / open.length())))
        .getBytes(UTF_8);
  }

  /** A valid body with one to three of its values or names changed. */
  byte[] mutated() {
    return mutatedOf(valid(random.nextInt(VALID.size())));
  }

  /** This one with one to three of its values or names changed. */
  byte[] mutatedOf(String valid) {
    String json = new JsonObject(valid).encode();
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      json = mutate(json);
    }
    return json.getBytes(UTF_8);
  }

  /** A valid body with bytes changed, left out or put in: often no UTF-8 any more. */
  byte[] damaged() {
    return damagedOf(valid(random.nextInt(VALID.size())));
  }

  /** This one with bytes changed, left out or put in. */
  byte[] damagedOf(String valid) {
    byte[] bytes = valid.getBytes(UTF_8);
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(4)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> with(bytes, at, (byte) random.nextInt(256));
      case 2 -> with(bytes, Math.min(at, 40), (byte) (0x80 + random.nextInt(128)));
      default -> (new String(bytes, 0, at, UTF_8) + "\u0001" + valid(0)).getBytes(UTF_8);
    };
  }

  private static byte[] with(byte[] bytes, int at, byte value) {
    bytes[at] = value;
    return bytes;
  }

  /** Works on the text: so it can write what no JSON library would. */
  private String mutate(String json) {
    List<Integer> colons = new ArrayList<>();
    for (int at = json.indexOf(':'); at >= 0; at = json.indexOf(':', at + 1)) {
      colons.add(at);
    }
    if (colons.isEmpty()) {
      return json;
    }
    int colon = colons.get(random.nextInt(colons.size()));
    int end = colon + 1;
    while (end < json.length() && ",}]".indexOf(json.charAt(end)) < 0) {
      end++;
    }
    String before = json.substring(0, colon);
    return switch (random.nextInt(5)) {
      case 0 -> before + ":" + value(3) + json.substring(end);
      case 1 -> before + ":" + pick(NUMBERS) + json.substring(end);
      case 2 -> before + ":" + pick(TEXTS) + json.substring(end);
      case 3 -> before + ":1,\"x" + random.nextInt(9) + "\":" + value(1) + json.substring(end);
      default -> before.replaceFirst("\"([a-z_]+)$", "\"$1x") + json.substring(colon);
    };
  }

  private String value(int depth) {
    return switch (random.nextInt(depth > 0 ? 7 : 5)) {
      case 0 -> pick(NUMBERS);
      case 1 -> pick(TEXTS);
      case 2 -> Json.encode(text());
      case 3 -> String.valueOf(random.nextInt());
      case 4 -> random.nextBoolean() ? "null" : "false";
      case 5 -> "[" + value(depth - 1) + "," + value(depth - 1) + "]";
      default -> object(depth);
    };
  }

  private String object(int depth) {
    Map<String, String> members = new LinkedHashMap<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      members.put(
          pick(List.of("kind", "input", "model", "priority", "metadata", "prompt", "a/b~c", "")),
          value(depth - 1));
    }
    StringBuilder json = new StringBuilder("{");
    members.forEach(
        (name, value) ->
            json.append(json.length() > 1 ? "," : "")
                .append(Json.encode(name))
                .append(':')
                .append(value));
    return json.append('}').toString();
  }

  private String text() {
    char[] characters = new char[random.nextInt(40)];
    for (int i = 0; i < characters.length; i++) {
      characters[i] = (char) random.nextInt(0xD000);
    }
    return new String(characters);
  }

  private String pick(List<String> from) {
    return from.get(random.nextInt(from.size()));
  }

  /** A batch of one to six items, most of them wrong, at times broken as a whole. */
  byte[] batch() {
    return maybeDamaged(("{" + pick(HEADS) + "\"items\":[" + items(",") + "]}").getBytes(UTF_8));
  }

  /** The same as lines, with or without a head. */
  byte[] lines() {
    String head = pick(HEADS);
    String members = head.isEmpty() ? "" : head.substring(0, head.length() - 1);
    String first = random.nextBoolean() ? "" : "{\"batch\":{" + members + "}}\n";
    String between = pick(List.of("\n", "\r\n", "\n\n", "\n \t\n"));
    return maybeDamaged((first + items(between)).getBytes(UTF_8));
  }

  private String items(String between) {
    List<String> items = new ArrayList<>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      items.add(
          switch (random.nextInt(4)) {
            case 0 -> value(3);
            case 1 -> mutate(new JsonObject(valid(random.nextInt(VALID.size()))).encode());
            default -> new JsonObject(valid(random.nextInt(VALID.size()))).encode();
          });
    }
    return String.join(between, items);
  }

  private byte[] maybeDamaged(byte[] bytes) {
    int at = random.nextInt(bytes.length);
    return switch (random.nextInt(8)) {
      case 0 -> Arrays.copyOf(bytes, at);
      case 1 -> with(bytes, at, (byte) random.nextInt(256));
      default -> bytes;
    };
  }
}
