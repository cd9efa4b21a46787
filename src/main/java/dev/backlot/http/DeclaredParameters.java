package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The query and header parameters that an operation of the contract has, and no others. */
final class DeclaredParameters {
  private final List<Checked> declared;

  private DeclaredParameters(List<Checked> declared) {
    this.declared = declared;
  }

  static DeclaredParameters of(Operation operation, SchemaRepository schemas) {
    return new DeclaredParameters(
        operation.getParameters().stream()
            .filter(p -> p.getIn() == Location.QUERY || p.getIn() == Location.HEADER)
            .map(parameter -> checked(parameter, schemas))
            .toList());
  }

  /**
   * The values by name, typed, with the contract's defaults.
   *
   * @throws BacklotException that names the parameter
   */
  JsonObject check(RoutingContext ctx) {
    for (String name : ctx.queryParams().names()) {
      if (declared.stream().noneMatch(p -> p.isQuery() && p.name().equals(name))) {
        throw BacklotException.ofField(
            ErrorCode.INVALID_REQUEST,
            "query:" + name,
            "This call has no such query parameter; allowed: "
                + String.join(
                    ", ", declared.stream().filter(Checked::isQuery).map(Checked::name).toList())
                + ".");
      }
    }
    JsonObject values = new JsonObject();
    for (Checked parameter : declared) {
      Object value = parameter.read(ctx);
      if (value != null) {
        values.put(parameter.name(), value);
      }
    }
    return values;
  }

  private static Checked checked(Parameter parameter, SchemaRepository schemas) {
    return new Checked(
        parameter.getName(),
        parameter.getIn() == Location.QUERY,
        parameter.isRequired(),
        parameter.isExplode(),
        new SchemaRule(parameter.getSchema(), schemas));
  }

  /**
   * One query or header parameter.
   *
   * @param explode of a list: whether it may be given several times; what is given is then split at
   *     its commas all the same
   */
  private record Checked(
      String name, boolean isQuery, boolean required, boolean explode, SchemaRule rule) {
    @Nullable Object read(RoutingContext ctx) {
      String label = (isQuery ? "query:" : "header:") + name;
      List<String> given =
          isQuery ? ctx.queryParams().getAll(name) : ctx.request().headers().getAll(name);
      if (given.stream().anyMatch(each -> each.indexOf('\0') >= 0)) {
        throw BacklotException.ofField(
            ErrorCode.INVALID_REQUEST, label, label + " must not contain U+0000.");
      }
      if (given.isEmpty()) {
        if (required) {
          throw BacklotException.ofField(
              ErrorCode.INVALID_REQUEST, label, "is missing: " + Violations.allowed(rule.json()));
        }
        return rule.json().getValue("default");
      }
      if (isList() && explode) {
        JsonArray values = new JsonArray();
        given.forEach(each -> List.of(each.split(",", -1)).forEach(values::add));
        rule.check(values, label);
        return values;
      }
      if (given.size() > 1) {
        throw BacklotException.ofField(
            ErrorCode.INVALID_REQUEST, label, label + " must be given once.");
      }
      Object value = typed(given.get(0));
      rule.check(value, label);
      return value;
    }

    private boolean isList() {
      return rule.json().getValue("type") instanceof String type && type.equals("array");
    }

    private Object typed(String text) {
      return switch (rule.json().getString("type", "string")) {
        case "integer" -> integer(text);
        case "boolean" -> text.equals("true") ? true : text;
        case "array" -> new JsonArray(List.of(text.split(",", -1)));
        default -> text;
      };
    }

    private static Object integer(String text) {
      try {
        return Integer.valueOf(text);
      } catch (NumberFormatException notOne) {
        return text;
      }
    }
  }
}
