package dev.backlot.provider;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One page of a product's list, read token by token: only the tasks that somebody looks for become
 * trees, so that a page of five hundred costs a scan of its bytes.
 *
 * @param tasks how many the page shows
 * @param found by id, those that are looked for
 * @param whole false when an element could not be read: nobody knows whose it is
 */
record TaskPage(int tasks, Map<String, JsonNode> found, boolean whole) {
  private static final Set<String> IDS = Set.of("task_id", "id");

  /** Empty when this is no envelope of success with a list in it. */
  static Optional<TaskPage> read(byte[] body, Set<String> wanted) {
    try (JsonParser in = KlingPayloads.parser(body)) {
      return in.nextToken() == JsonToken.START_OBJECT
          ? envelope(in, body, wanted)
          : Optional.empty();
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  private static Optional<TaskPage> envelope(JsonParser in, byte[] body, Set<String> wanted)
      throws IOException {
    TaskPage page = null;
    boolean success = false;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      String member = in.currentName();
      JsonToken value = in.nextToken();
      if (member.equals("data") && value == JsonToken.START_ARRAY) {
        page = page(in, body, wanted);
      } else if (member.equals("code")) {
        success = value.isScalarValue() && in.getText().equals("0");
        in.skipChildren();
      } else {
        in.skipChildren();
      }
    }
    boolean whole = in.currentToken() == JsonToken.END_OBJECT && in.nextToken() == null;
    return success && whole ? Optional.ofNullable(page) : Optional.empty();
  }

  private static TaskPage page(JsonParser in, byte[] body, Set<String> wanted) throws IOException {
    Map<String, JsonNode> found = new HashMap<>();
    int tasks = 0;
    boolean whole = true;
    for (JsonToken next = in.nextToken(); next != JsonToken.END_ARRAY; next = in.nextToken()) {
      if (next == null) {
        throw new IOException("the list breaks off");
      }
      tasks++;
      int from = (int) in.currentTokenLocation().getByteOffset();
      String id = next == JsonToken.START_OBJECT ? id(in) : null;
      if (id == null) {
        whole = false;
        in.skipChildren();
      } else if (wanted.contains(id)) {
        found.putIfAbsent(
            id, KlingPayloads.tree(body, from, (int) in.currentLocation().getByteOffset()));
      }
    }
    return new TaskPage(tasks, found, whole);
  }

  /** Reads to the end of the object. */
  private static @Nullable String id(JsonParser in) throws IOException {
    String id = null;
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      boolean isId = IDS.contains(in.currentName());
      JsonToken value = in.nextToken();
      if (isId && (value == JsonToken.VALUE_STRING || value == JsonToken.VALUE_NUMBER_INT)) {
        id = in.getText().strip();
      }
      in.skipChildren();
    }
    return id;
  }
}
