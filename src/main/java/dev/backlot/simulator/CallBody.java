package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The body of a call: what the products file says of it, and what only this call finds out. */
final class CallBody implements CreateBody {
  /** Of an image, in the order in which an answer tells them. */
  static final List<String> PARTS = List.of("object_seg", "head_seg", "face_seg", "cloth_seg");

  private static final Pattern FACES_TOLD = Pattern.compile("[?&]faces=(\\d)(&|$)");
  private static final int FACES_USUAL = 1;

  /** Beside the clip of a preview. */
  private static final int STILLS = 2;

  /** Spoken in a second at the usual speed. */
  private static final int CHARACTERS = 12;

  /** Nothing shorter comes out: as long as the sound that is served. */
  private static final int SPEECH_LEAST = 3;

  private final CallKind kind;
  private final TableBody table;
  private final JsonObject json;
  private final Library library;
  private final boolean everyElement;

  /**
   * @param everyElement whether the older deletion reaches both libraries
   */
  CallBody(CallKind kind, TableBody table, JsonObject json, Library library, boolean everyElement) {
    this.kind = kind;
    this.table = table;
    this.json = json;
    this.library = library;
    this.everyElement = everyElement;
  }

  @Override
  public String prompt() {
    return table.prompt();
  }

  /** Calls have none: that is why one whose answer is lost cannot be asked for. */
  @Override
  public @Nullable String externalId() {
    return null;
  }

  @Override
  public TaskRequest check() {
    TaskRequest request = table.check();
    return switch (kind) {
      case FACES -> request.with(request.seconds(), faces(), request.extras());
      case SPEECH -> request.with(spoken(), 1, Map.of());
      case PARTS -> request.with(0, PARTS.size(), Map.of());
      case START -> request;
      case MARK, UNMARK, CLEAR -> request.with(0, 1, SelectionBody.check(kind, json, library));
      case ELEMENT -> request.with(0, 1 + others(), tagged(request.extras()));
      case DELETE_ELEMENT, DELETE_ADVANCED, DELETE_VOICE ->
          request.with(0, 1, Deletion.check(kind, json, library, everyElement));
      case PREVIEW -> request.with(0, STILLS, SelectionBody.check(kind, json, library));
    };
  }

  /** As the address says it ({@code ?faces=2}): nobody looks at the clip. */
  private int faces() {
    Matcher told = FACES_TOLD.matcher(new Fields(json).lenient("video_url"));
    return told.find() ? Integer.parseInt(told.group(1)) : FACES_USUAL;
  }

  private int others() {
    return new Fields(json).array("element_refer_list").size();
  }

  private Map<String, String> tagged(Map<String, String> extras) {
    Map<String, String> tagged = new HashMap<>(extras);
    List<Object> ids = Condition.find(json, "tag_list.tag_id");
    tagged.put("tags", ids.stream().map(String::valueOf).collect(Collectors.joining(",")));
    return tagged;
  }

  private int spoken() {
    int characters = new Fields(json).lenient("text").length();
    double speed = json.getValue("voice_speed") instanceof Number given ? given.doubleValue() : 1;
    return Math.max(SPEECH_LEAST, (int) Math.ceil(characters / (CHARACTERS * speed)));
  }
}
