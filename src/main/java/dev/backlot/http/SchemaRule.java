package dev.backlot.http;

import io.vertx.core.json.JsonObject;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A schema with a quick yes, and the validator that can say what is wrong. */
final class SchemaRule {
  private static final JsonSchemaOptions OPTIONS =
      new JsonSchemaOptions()
          .setBaseUri("app://backlot")
          .setDraft(Draft.DRAFT202012)
          .setOutputFormat(OutputFormat.Basic);

  private final JsonObject schema;
  private final Predicate<@Nullable Object> surelyValid;
  private final Validator validator;

  SchemaRule(JsonSchema schema, SchemaRepository repository) {
    this.schema = (JsonObject) schema;
    this.surelyValid = QuickSchema.compile(this.schema).orElse(value -> false);
    this.validator = repository.validator(schema, OPTIONS);
  }

  JsonObject json() {
    return schema;
  }

  void check(Object value, String label) {
    if (surelyValid.test(value)) {
      return;
    }
    OutputUnit found = validator.validate(value);
    if (!found.getValid()) {
      throw Violations.explain(schema, label, found);
    }
  }
}
