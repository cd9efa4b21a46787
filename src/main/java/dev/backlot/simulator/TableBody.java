package dev.backlot.simulator;

import io.vertx.core.json.JsonObject;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A create of a product that the products file describes in full. */
final class TableBody implements CreateBody {
  private static final int WORD_MAX = 64;

  /** How many images there are when the service may choose. */
  private static final int AUTO = 4;

  private static final String RATIO = "16:9";

  /** Where the words of a body stand, of which the first that is there counts. */
  private static final List<String> WORDS =
      List.of(
          "prompt",
          "contents.prompt.text",
          "input.text",
          "text",
          "sound_effect_prompt",
          "bgm_prompt");

  private final Product product;
  private final Product.Table table;
  private final String pathModel;
  private final JsonObject json;
  private final Fields body;
  private final Library library;
  private final boolean anySession;

  /**
   * @param anySession whether a session that nobody opened is taken, unseen
   */
  TableBody(
      Product product,
      Product.Table table,
      String pathModel,
      JsonObject json,
      Library library,
      boolean anySession) {
    this.product = product;
    this.table = table;
    this.pathModel = pathModel;
    this.json = json;
    this.body = new Fields(json);
    this.library = library;
    this.anySession = anySession;
  }

  @Override
  public String prompt() {
    return Stream.concat(WORDS.stream(), Stream.of(table.called()))
        .filter(path -> !path.isEmpty())
        .flatMap(path -> Condition.find(json, path).stream())
        .filter(String.class::isInstance)
        .map(String.class::cast)
        .findFirst()
        .orElse("");
  }

  @Override
  public @Nullable String externalId() {
    Object holder = product.isLegacy() ? json : json.getValue("options");
    String id =
        holder instanceof JsonObject object ? new Fields(object).lenient("external_task_id") : "";
    return id.isEmpty() ? null : id;
  }

  @Override
  public TaskRequest check() {
    String model = model();
    table.fields().check(body, library);
    JsonObject asked = new JsonObject(new LinkedHashMap<>(json.getMap())).put("model", model);
    Task source = source();
    if (source != null) {
      asked.put("source", source(source));
    }
    table.bans().forEach(ban -> ban.check(asked));
    Session session = session();
    if (session != null) {
      SessionUse.check(json, session, library);
    }
    int seconds = table.length().in(asked, library);
    int count = count(asked);
    Fields ours = product.isLegacy() ? body : body.object("options");
    return new TaskRequest(
        product,
        model,
        first(asked, table.mode(), table.modeOtherwise()),
        seconds,
        count,
        first(asked, "aspect_ratio", RATIO),
        ours.watermark(),
        table.tariff().units(asked, seconds, count),
        ClipPrices.Use.SILENT,
        product.isCall() ? null : ours.externalId(),
        product.isCall() ? null : ours.callback(),
        extras(source, session));
  }

  private String model() {
    if (!product.isLegacy()) {
      return known(pathModel);
    }
    boolean named = table.versions().size() > 1 || !table.otherwise().equals(product.label());
    String name = named ? body.text("model_name", WORD_MAX) : "";
    return known(name.isEmpty() ? table.otherwise() : name);
  }

  private String known(String model) {
    if (!table.versions().containsKey(model)) {
      throw Refusal.unknownModel(model);
    }
    return model;
  }

  private @Nullable Task source() {
    return Stream.of("video_id", "input.video_id")
        .flatMap(path -> Condition.find(json, path).stream())
        .map(id -> library.made(String.valueOf(id)))
        .findFirst()
        .orElse(null);
  }

  /** That the create goes on with; null when it names none. */
  private @Nullable Session session() {
    CallKind opener = table.session();
    if (opener == null) {
      return null;
    }
    String id = body.anyText("session_id");
    boolean unseen = anySession && library.session(id) == null;
    return unseen ? null : Session.in(library, id, opener);
  }

  private static JsonObject source(Task task) {
    TaskRequest request = task.request();
    return new JsonObject()
        .put("product", request.product().label())
        .put("model", request.version())
        .put("mode", request.mode());
  }

  private int count(JsonObject asked) {
    boolean series = "series".equals(asked.getValue("result_type"));
    Object said =
        series
            ? asked.getValue("series_amount")
            : table.count().isEmpty() ? null : asked.getValue(table.count());
    return said instanceof Integer number ? number : series ? AUTO : 1;
  }

  private static String first(JsonObject asked, String path, String otherwise) {
    return path.isEmpty()
        ? otherwise
        : Condition.find(asked, path).stream().findFirst().map(String::valueOf).orElse(otherwise);
  }

  private Map<String, String> extras(@Nullable Task source, @Nullable Session session) {
    Map<String, String> extras = new LinkedHashMap<>();
    if (!table.called().isEmpty()) {
      extras.put("name", body.lenient(table.called()));
      extras.put("description", body.lenient("element_description"));
      extras.put("reference_type", body.lenient("reference_type"));
    }
    if ("series".equals(json.getValue("result_type"))) {
      extras.put("series", "true");
    }
    if (source != null) {
      extras.put("parent", source.id());
    }
    String parent = session == null ? null : session.parent();
    if (parent != null) {
      extras.put("parent", parent);
    }
    if (session != null && session.isOf(CallKind.START)) {
      extras.put("session", body.anyText("session_id"));
    }
    return extras;
  }
}
