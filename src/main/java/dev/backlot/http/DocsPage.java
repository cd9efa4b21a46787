package dev.backlot.http;

import dev.backlot.domain.ErrorCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Makes a readable page of the contract. */
final class DocsPage {
  private static final List<String> METHODS = List.of("post", "get", "patch", "delete", "head");

  private final JsonObject contract;
  private final StringBuilder out = new StringBuilder(64 * 1024);

  private DocsPage(JsonObject contract) {
    this.contract = contract;
  }

  static String render(JsonObject contract) {
    return new DocsPage(contract).page();
  }

  static boolean knows(String code) {
    return Arrays.stream(ErrorCode.values()).anyMatch(each -> each.slug().equals(code));
  }

  private String page() {
    JsonObject info = contract.getJsonObject("info");
    String title = info.getString("title") + " API, version " + info.getString("version");
    out.append("<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n")
        .append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
        .append("<meta name=\"color-scheme\" content=\"light dark\">\n<title>")
        .append(Html.escape(title))
        .append("</title>\n<link rel=\"stylesheet\" href=\"/docs/style.css\"></head>\n<body>\n")
        .append("<a class=\"skip\" href=\"#content\">Skip to the content</a>\n");
    navigation();
    out.append("<main id=\"content\">\n<h1>").append(Html.escape(title)).append("</h1>\n");
    out.append(Html.paragraphs(info.getString("description")));
    out.append("<p>The contract itself: ")
        .append(Html.link("/api/v1/openapi.yaml", "YAML"))
        .append(", ")
        .append(Html.link("/api/v1/openapi.json", "JSON"))
        .append(". What is said on the stream: ")
        .append(Html.link("/api/v1/asyncapi.yaml", "AsyncAPI"))
        .append(".</p>\n");
    tags().forEach(this::tag);
    schemas();
    problems();
    return out.append("</main></body></html>\n").toString();
  }

  private void navigation() {
    out.append("<nav aria-label=\"Calls\"><ul>\n");
    for (JsonObject tag : tags()) {
      for (Call call : calls(tag.getString("name"))) {
        out.append("<li>")
            .append(Html.link("#" + call.id(), call.operation().getString("summary")))
            .append("</li>\n");
      }
    }
    out.append("<li>").append(Html.link("#schemas", "Objects")).append("</li>\n");
    out.append("<li>").append(Html.link("#problems", "Problems")).append("</li>\n</ul></nav>\n");
  }

  private void tag(JsonObject tag) {
    out.append("<h2>").append(Html.escape(capital(tag.getString("name")))).append("</h2>\n");
    out.append(Html.paragraphs(tag.getString("description", "")));
    calls(tag.getString("name")).forEach(this::call);
  }

  private void call(Call call) {
    JsonObject operation = call.operation();
    out.append("<section id=\"").append(Html.escape(call.id())).append("\">\n<h3>");
    out.append(Html.escape(operation.getString("summary"))).append("</h3>\n");
    out.append("<p class=\"call\"><span>")
        .append(Html.escape(call.method().toUpperCase(Locale.ROOT)))
        .append("</span> ")
        .append(Html.code(call.path()))
        .append("</p>\n");
    out.append(Html.paragraphs(operation.getString("description", "")));
    parameters(call);
    body(operation);
    responses(operation.getJsonObject("responses"));
    out.append("</section>\n");
  }

  private void parameters(Call call) {
    JsonArray all =
        call.item()
            .getJsonArray("parameters", new JsonArray())
            .copy()
            .addAll(call.operation().getJsonArray("parameters", new JsonArray()));
    if (all.isEmpty()) {
      return;
    }
    Html.openTable(out, "Parameters", "Name", "Where", "Value", "Meaning");
    for (int i = 0; i < all.size(); i++) {
      JsonObject parameter = resolved(all.getJsonObject(i));
      Html.row(
          out,
          Html.code(parameter.getString("name")),
          Html.escape(parameter.getString("in")),
          SchemaWords.of(parameter.getJsonObject("schema")),
          Html.inline(parameter.getString("description", "")));
    }
    Html.closeTable(out);
  }

  private void body(JsonObject operation) {
    JsonObject body = operation.getJsonObject("requestBody");
    if (body == null) {
      return;
    }
    JsonObject json = body.getJsonObject("content").getJsonObject("application/json");
    out.append("<p>Body: ").append(SchemaWords.of(json.getJsonObject("schema"))).append("</p>\n");
    if (json.containsKey("example")) {
      // Without tabindex a keyboard could not scroll it.
      out.append("<pre tabindex=\"0\"><code>")
          .append(Html.escape(json.getJsonObject("example").encodePrettily()))
          .append("</code></pre>\n");
    }
  }

  private void responses(JsonObject responses) {
    Html.openTable(out, "Answers", "Status", "Meaning", "Content");
    for (String status : responses.fieldNames()) {
      JsonObject response = responses.getJsonObject(status);
      JsonObject whole = resolved(response);
      Html.row(
          out,
          Html.escape("default".equals(status) ? "other" : status),
          Html.inline(response.getString("description", whole.getString("description", ""))),
          content(whole.getJsonObject("content", new JsonObject())));
    }
    Html.closeTable(out);
  }

  private static String content(JsonObject content) {
    return content.fieldNames().stream()
        .map(
            type -> {
              JsonObject schema = content.getJsonObject(type).getJsonObject("schema");
              return schema == null ? Html.code(type) : SchemaWords.of(schema);
            })
        .collect(Collectors.joining(", "));
  }

  private void schemas() {
    out.append("<h2 id=\"schemas\">Objects</h2>\n");
    JsonObject schemas = contract.getJsonObject("components").getJsonObject("schemas");
    for (String name : schemas.fieldNames()) {
      JsonObject schema = schemas.getJsonObject(name);
      out.append("<section id=\"schema-").append(Html.escape(name)).append("\">\n<h3>");
      out.append(Html.escape(name)).append("</h3>\n");
      out.append(Html.paragraphs(schema.getString("description", "")));
      SchemaWords.members(out, schema);
      out.append("</section>\n");
    }
  }

  private void problems() {
    out.append("<h2 id=\"problems\">Problems</h2>\n");
    Html.openTable(out, "Every code of a problem or of a failed job", "Code", "Status", "Meaning");
    Arrays.stream(ErrorCode.values())
        .collect(Collectors.toMap(ErrorCode::slug, each -> each, (a, b) -> a))
        .values()
        .stream()
        .sorted()
        .forEach(
            code ->
                Html.row(
                    out,
                    "<code id=\"problem-" + code.slug() + "\">" + code.slug() + "</code>",
                    String.valueOf(code.httpStatus()),
                    Html.escape(code.title())));
    Html.closeTable(out);
  }

  private record Call(String path, String method, JsonObject item, JsonObject operation) {
    String id() {
      return operation.getString("operationId");
    }
  }

  private List<Call> calls(String tag) {
    JsonObject paths = contract.getJsonObject("paths");
    return paths.fieldNames().stream()
        .flatMap(
            path ->
                METHODS.stream()
                    .filter(method -> paths.getJsonObject(path).containsKey(method))
                    .map(method -> call(path, method, paths.getJsonObject(path))))
        .filter(call -> call.operation().getJsonArray("tags").contains(tag))
        .toList();
  }

  private static Call call(String path, String method, JsonObject item) {
    return new Call(path, method, item, item.getJsonObject(method));
  }

  private List<JsonObject> tags() {
    return contract.getJsonArray("tags").stream().map(JsonObject.class::cast).toList();
  }

  private JsonObject resolved(JsonObject node) {
    String reference = node.getString("$ref");
    if (reference == null) {
      return node;
    }
    JsonObject at = contract;
    for (String step : reference.substring("#/".length()).split("/", -1)) {
      at = at.getJsonObject(step);
    }
    return at;
  }

  private static String capital(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
