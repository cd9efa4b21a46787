package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.json.schema.Draft;
import io.vertx.json.schema.JsonSchema;
import io.vertx.json.schema.JsonSchemaOptions;
import io.vertx.json.schema.OutputFormat;
import io.vertx.json.schema.OutputUnit;
import io.vertx.json.schema.SchemaRepository;
import io.vertx.json.schema.Validator;
import io.vertx.openapi.contract.Location;
import io.vertx.openapi.contract.MediaType;
import io.vertx.openapi.contract.Operation;
import io.vertx.openapi.contract.Parameter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Checks requests against the contract: query, headers and JSON body. One instance per event loop,
 * with its validators made once; the library's own request validator would make them for each
 * request, parse the body again and hop to a worker thread and back. Path parameters are left to
 * the routes: a malformed id names nothing and answers 404.
 */
public final class RequestChecks {
  private static final String JSON = "application/json";
  private static final String BODY = "backlot.body";
  private static final String PARAMETERS = "backlot.parameters";

  private final Contract contract;
  private final int bodyLimit;
  private final Duration bodyTimeout;

  /**
   * @param bodyLimit most bytes of a body; beyond it 413. One that has not arrived after 30 seconds
   *     is answered 408: an idle time-out alone would wait for ever on a body that trickles
   */
  public RequestChecks(Contract contract, int bodyLimit) {
    this(contract, bodyLimit, Duration.ofSeconds(30));
  }

  RequestChecks(Contract contract, int bodyLimit, Duration bodyTimeout) {
    this.contract = contract;
    this.bodyLimit = bodyLimit;
    this.bodyTimeout = bodyTimeout;
  }

  /** Checks the query and headers, then reads and checks the body if the operation has one. */
  public Handler<RoutingContext> of(String operationId) {
    Operation operation =
        Objects.requireNonNull(contract.requests().operation(operationId), operationId);
    List<Checked> parameters =
        operation.getParameters().stream()
            .filter(p -> p.getIn() == Location.QUERY || p.getIn() == Location.HEADER)
            .map(this::checked)
            .toList();
    if (operation.getRequestBody() == null) {
      return ctx -> guarded(ctx, () -> checkParameters(ctx, parameters), ctx::next);
    }
    MediaType json =
        Objects.requireNonNull(operation.getRequestBody().getContent().get(JSON), operationId);
    Rule body = new Rule(json.getSchema(), contract.requests().getSchemaRepository());
    return ctx ->
        guarded(
            ctx,
            () -> {
              checkParameters(ctx, parameters);
              requireJson(ctx.request());
              requireSize(ctx.request());
            },
            () -> collect(ctx, body));
  }

  /** The checked body; its numbers are exact. */
  public static JsonObject body(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.get(BODY), "this operation has no body");
  }

  /** The checked query and header parameters by name, typed, with the contract's defaults. */
  public static JsonObject parameters(RoutingContext ctx) {
    return Objects.requireNonNull(ctx.get(PARAMETERS), "this route is not checked");
  }

  private void collect(RoutingContext ctx, Rule rule) {
    Buffer body = Buffer.buffer();
    HttpServerRequest request = ctx.request();
    long deadline = ctx.vertx().setTimer(bodyTimeout.toMillis(), late -> giveUp(ctx, tooSlow()));
    request.exceptionHandler(gone -> ctx.vertx().cancelTimer(deadline));
    request.handler(
        part -> {
          if (body.length() + part.length() > bodyLimit) {
            ctx.vertx().cancelTimer(deadline);
            giveUp(ctx, tooLarge());
            return;
          }
          body.appendBuffer(part);
        });
    request.endHandler(
        end -> {
          ctx.vertx().cancelTimer(deadline);
          guarded(
              ctx,
              () -> {
                JsonObject object = JsonBody.parse(body);
                rule.check(object, "");
                ctx.put(BODY, object);
              },
              ctx::next);
        });
  }

  /** Answers before the body is whole, and reads no more of it. */
  private static void giveUp(RoutingContext ctx, BacklotException refused) {
    HttpServerRequest request = ctx.request();
    request.handler(ignored -> {});
    request.endHandler(null);
    ctx.addEndHandler(sent -> request.connection().close());
    Problems.send(ctx, refused);
  }

  private BacklotException tooSlow() {
    return new BacklotException(
        ErrorCode.BODY_TIMEOUT,
        "A body must arrive within " + bodyTimeout.toSeconds() + " seconds.");
  }

  /**
   * Outside the router's own guard, whatever is thrown would leave the request without an answer.
   */
  private static void guarded(RoutingContext ctx, Runnable check, Runnable then) {
    try {
      check.run();
      then.run();
    } catch (RuntimeException failure) {
      Problems.send(ctx, failure);
    }
  }

  private void checkParameters(RoutingContext ctx, List<Checked> declared) {
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
    ctx.put(PARAMETERS, values);
  }

  private static void requireJson(HttpServerRequest request) {
    String type = request.getHeader(HttpHeaderNames.CONTENT_TYPE);
    String bare = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!bare.equals(JSON)) {
      throw Problems.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE);
    }
  }

  /** Spares us to read what announces itself as too large. */
  private void requireSize(HttpServerRequest request) {
    String length = request.getHeader(HttpHeaderNames.CONTENT_LENGTH);
    if (length != null && (length.length() > 9 || Integer.parseInt(length) > bodyLimit)) {
      throw tooLarge();
    }
  }

  private BacklotException tooLarge() {
    return new BacklotException(
        ErrorCode.BODY_TOO_LARGE,
        "A body may have at most " + bodyLimit + " bytes; pass media by URL.");
  }

  private Checked checked(Parameter parameter) {
    return new Checked(
        parameter.getName(),
        parameter.getIn() == Location.QUERY,
        parameter.isRequired(),
        new Rule(parameter.getSchema(), contract.requests().getSchemaRepository()));
  }

  /** One query or header parameter. */
  private record Checked(String name, boolean isQuery, boolean required, Rule rule) {
    @Nullable Object read(RoutingContext ctx) {
      String label = (isQuery ? "query:" : "header:") + name;
      List<String> given =
          isQuery ? ctx.queryParams().getAll(name) : ctx.request().headers().getAll(name);
      if (given.isEmpty()) {
        if (required) {
          throw BacklotException.ofField(
              ErrorCode.INVALID_REQUEST, label, "is missing: " + Violations.allowed(rule.json()));
        }
        return rule.json().getValue("default");
      }
      if (given.size() > 1) {
        throw BacklotException.ofField(
            ErrorCode.INVALID_REQUEST, label, label + " must be given once.");
      }
      Object value = typed(given.get(0));
      rule.check(value, label);
      return value;
    }

    private Object typed(String text) {
      return switch (rule.json().getString("type", "string")) {
        case "integer" -> integer(text);
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

  /** A schema with a quick yes, and the validator that can say what is wrong. */
  private static final class Rule {
    private static final JsonSchemaOptions OPTIONS =
        new JsonSchemaOptions()
            .setBaseUri("app://backlot")
            .setDraft(Draft.DRAFT202012)
            .setOutputFormat(OutputFormat.Basic);

    private final JsonObject schema;
    private final Predicate<@Nullable Object> surelyValid;
    private final Validator validator;

    Rule(JsonSchema schema, SchemaRepository repository) {
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
}
