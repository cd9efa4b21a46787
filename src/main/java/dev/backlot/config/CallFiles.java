package dev.backlot.config;

import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.catalog.FieldType;
import dev.backlot.domain.catalog.Made;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Reads the calls of the capabilities file. A file without any has none. */
final class CallFiles {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");
  private static final Pattern PATH = Pattern.compile("(/[a-z0-9-]{1,64}){1,8}");

  private CallFiles() {}

  static List<CallKind> of(Section root) {
    if (!root.has("calls")) {
      return List.of();
    }
    Section all = root.section("calls");
    return all.names().stream().map(name -> call(name, all)).toList();
  }

  private static CallKind call(String name, Section all) {
    if (!NAME.matcher(name).matches()) {
      throw all.error(name, "must be a name of a-z, 0-9 and '-'");
    }
    Section in = all.section(name);
    String path = in.requireText("path");
    if (!PATH.matcher(path).matches()) {
      throw in.error("path", "must be such as /v1/videos/identify-face");
    }
    CallKind call =
        new CallKind(
            name,
            path,
            in.has("reads") && in.requireBoolean("reads"),
            new FieldType.Members(FieldTypes.members(in.section("fields")), Set.of()),
            in.lists("needs"),
            in.lists("alternatives"),
            in.has("makes") ? makes(in.section("makes")) : Map.of(),
            in.text("target").orElse(null));
    in.rejectUnknown();
    return call;
  }

  private static Map<String, Made> makes(Section in) {
    Map<String, Made> makes = new LinkedHashMap<>();
    in.names().forEach(place -> makes.put(place, Made.parse(in.requireText(place))));
    return makes;
  }
}
