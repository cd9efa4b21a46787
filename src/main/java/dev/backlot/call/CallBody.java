package dev.backlot.call;

import dev.backlot.domain.input.Part;
import dev.backlot.domain.input.Parts;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What is written for a call.
 *
 * @param text JSON, with an object in the place of each part
 * @param bytes of each part
 */
record CallBody(String text, List<byte[]> bytes) {

  /**
   * Copies each part, so it takes long for a large input.
   *
   * @param input checked
   */
  static CallBody of(Map<String, ?> input) {
    Parts.Collector parts = new Parts.Collector();
    String text = ((JsonObject) json(input, parts)).encode();
    return new CallBody(text, parts.parts().all().stream().map(CallBody::bytes).toList());
  }

  private static Object json(Object value, Parts.Collector parts) {
    if (value instanceof Part part) {
      return new JsonObject(parts.takeOut(part));
    }
    if (value instanceof Map<?, ?> object) {
      JsonObject json = new JsonObject();
      object.forEach((name, member) -> json.put(String.valueOf(name), json(member, parts)));
      return json;
    }
    if (value instanceof List<?> array) {
      JsonArray json = new JsonArray();
      array.forEach(element -> json.add(json(element, parts)));
      return json;
    }
    return value;
  }

  private static byte[] bytes(Part part) {
    ByteBuffer view = part.buffer();
    byte[] bytes = new byte[view.remaining()];
    view.get(bytes);
    return bytes;
  }

  /** SHA-256 of a call and this, in hex. Takes as long as its parts do. */
  String digest(String call) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update((call + "\n" + text).getBytes(StandardCharsets.UTF_8));
      bytes.forEach(sha256::update);
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java platform has SHA-256", missing);
    }
  }
}
