package dev.backlot.http;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.stream.Collectors;

/** Says in words, as HTML, what a schema allows. */
final class SchemaWords {
  private SchemaWords() {}

  static String of(JsonObject schema) {
    String reference = schema.getString("$ref");
    if (reference != null) {
      String name = reference.substring(reference.lastIndexOf('/') + 1);
      return Html.link("#schema-" + name, name);
    }
    Object type = schema.getValue("type");
    if (type instanceof JsonArray either) {
      return either.stream()
          .map(each -> Html.escape(String.valueOf(each)))
          .collect(Collectors.joining(" or "));
    }
    JsonObject items = schema.getJsonObject("items");
    String words =
        items == null
            ? Html.escape(Violations.allowed(schema).replaceFirst("^must be ", ""))
            : "array of " + of(items);
    Object otherwise = schema.getValue("default");
    return otherwise == null ? words : words + "; " + Html.code(otherwise) + " if left out";
  }

  static void members(StringBuilder out, JsonObject schema) {
    JsonObject members = schema.getJsonObject("properties");
    if (members == null) {
      out.append("<p>").append(of(schema)).append("</p>\n");
      return;
    }
    JsonArray required = schema.getJsonArray("required", new JsonArray());
    Html.openTable(out, "Members", "Name", "Value", "Needed", "Meaning");
    for (String name : members.fieldNames()) {
      JsonObject member = members.getJsonObject(name);
      Html.row(
          out,
          Html.code(name),
          of(member),
          required.contains(name) ? "yes" : "no",
          Html.inline(member.getString("description", "")));
    }
    Html.closeTable(out);
  }
}
