package dev.backlot.config;

import dev.backlot.domain.catalog.FieldType;
import dev.backlot.domain.catalog.IdField;
import dev.backlot.domain.catalog.ImageField;
import dev.backlot.domain.catalog.Made;
import dev.backlot.domain.catalog.SoundField;
import dev.backlot.domain.input.Part;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what the members of an input may be. */
final class FieldTypes {
  private static final int MAX_LENGTH = 1 << 20;

  private FieldTypes() {}

  static Map<String, FieldType> members(Section in) {
    Map<String, FieldType> members = new LinkedHashMap<>();
    in.names().forEach(name -> members.put(name, type(in.section(name))));
    return members;
  }

  private static FieldType type(Section in) {
    FieldType type =
        switch (in.requireText("type")) {
          case "text" ->
              new FieldType.Text(
                  length(in, "min", 0), in.requireInt("max", 0, Part.LENGTH_MIN - 1));
          case "sound" -> new SoundField(in.requireInt("mib", 1, 64) << 20);
          case "image" -> new ImageField(in.requireInt("mib", 1, 64) << 20);
          case "video" -> new FieldType.Video();
          case "one-of" -> new FieldType.OneOf(in.texts("values"));
          case "flag" -> new FieldType.Flag();
          case "id" -> id(in);
          case "number" ->
              new FieldType.Decimal(
                  new BigDecimal(in.requireText("min")), new BigDecimal(in.requireText("max")));
          case "whole" ->
              new FieldType.Whole(
                  in.requireLong("min", Long.MIN_VALUE, Long.MAX_VALUE),
                  in.requireLong("max", Long.MIN_VALUE, Long.MAX_VALUE),
                  in.texts("or"));
          case "list" ->
              new FieldType.ListOf(
                  length(in, "min", 0), length(in, "max", 1_000), type(in.section("of")));
          case "tagged" -> tagged(in);
          case "object" ->
              new FieldType.Members(
                  members(in.section("members")), new HashSet<>(in.texts("required")));
          default ->
              throw in.error(
                  "type",
                  "must be one of text, image, video, sound, one-of, flag, id, number, whole, list, tagged, object");
        };
    in.rejectUnknown();
    return type;
  }

  private static FieldType id(Section in) {
    try {
      return new IdField(
          in.text("of").map(Made::parse).orElse(null),
          !in.has("of") || isSet(in, "others"),
          isSet(in, "text"));
    } catch (IllegalArgumentException wrong) {
      throw in.error("of", String.valueOf(wrong.getMessage()));
    }
  }

  private static boolean isSet(Section in, String name) {
    return in.has(name) && in.requireBoolean(name);
  }

  private static FieldType tagged(Section in) {
    String by = in.requireText("by");
    Section all = in.section("cases");
    Map<String, FieldType.Members> cases = new LinkedHashMap<>();
    for (String tag : all.names()) {
      Section each = all.section(tag);
      Map<String, FieldType> members = new LinkedHashMap<>(members(each.section("members")));
      members.put(by, new FieldType.OneOf(List.of(tag)));
      Set<String> required = new HashSet<>(each.texts("required"));
      required.add(by);
      cases.put(tag, new FieldType.Members(members, required));
      each.rejectUnknown();
    }
    return new FieldType.Tagged(by, cases);
  }

  private static int length(Section in, String name, int otherwise) {
    return in.has(name) ? in.requireInt(name, 0, MAX_LENGTH) : otherwise;
  }
}
