package dev.backlot.intake;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.catalog.Capability;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Fallback;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.catalog.Limits;
import dev.backlot.http.Authentication;
import dev.backlot.http.RequestChecks;
import dev.backlot.http.Routes;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Collection;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells what can be asked for now: kinds, models and what each can do, for front ends that build
 * forms. One instance per event loop; the answer is made once for each catalog.
 */
public final class KindRoutes implements Routes {
  private final Authentication authentication;
  private final RequestChecks checks;
  private final Supplier<Catalog> catalogs;
  private @Nullable Answer last;

  private record Answer(Catalog catalog, Buffer body) {}

  /**
   * @param catalogs asked once for each request
   */
  public KindRoutes(
      Authentication authentication, RequestChecks checks, Supplier<Catalog> catalogs) {
    this.authentication = authentication;
    this.checks = checks;
    this.catalogs = catalogs;
  }

  @Override
  public void mount(Router router) {
    router
        .get("/api/v1/kinds")
        .handler(authentication.require(Scope.READ))
        .handler(checks.of("listKinds"))
        .handler(this::list);
  }

  private void list(RoutingContext ctx) {
    ctx.response()
        .putHeader(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .end(answer(catalogs.get()).body());
  }

  private Answer answer(Catalog catalog) {
    Answer known = last;
    if (known != null && known.catalog() == catalog) {
      return known;
    }
    Answer made = new Answer(catalog, body(catalog).toBuffer());
    last = made;
    return made;
  }

  private static JsonObject body(Catalog catalog) {
    JsonArray items = new JsonArray();
    catalog.all().forEach(kind -> items.add(kind(kind)));
    return new JsonObject()
        .put("version", catalog.version())
        .put("price_version", catalog.priceVersion())
        .put("items", items);
  }

  private static JsonObject kind(Kind kind) {
    Kind.Choices choices = kind.choices();
    JsonArray models = new JsonArray();
    kind.models().forEach((name, capability) -> models.add(model(name, capability)));
    JsonObject json =
        new JsonObject()
            .put("kind", kind.name())
            .put("model_field", choices.model().pointer().orElse("/model"))
            .put("default_model", choices.model().otherwise());
    choices.mode().pointer().ifPresent(field -> json.put("mode_field", field));
    choices.seconds().pointer().ifPresent(field -> json.put("duration_field", field));
    choices.outputs().pointer().ifPresent(field -> json.put("outputs_field", field));
    JsonArray fallbacks = new JsonArray();
    kind.fallbacks().forEach(each -> fallbacks.add(fallback(each)));
    return json.put("models", models).put("fallbacks", fallbacks);
  }

  private static JsonObject fallback(Fallback fallback) {
    JsonObject json = new JsonObject().put("model", fallback.model());
    if (fallback.mode() != null) {
      json.put("mode", fallback.mode());
    }
    return json.put("to", new JsonArray(fallback.to()));
  }

  private static JsonObject model(String name, Capability capability) {
    JsonObject features = new JsonObject();
    new TreeMap<>(capability.features())
        .forEach((feature, conditions) -> features.put(feature, limits(conditions)));
    return new JsonObject()
        .put("model", name)
        .put("modes", new JsonArray(capability.modes()))
        .put("durations", new JsonArray(capability.durations()))
        .put("features", features);
  }

  private static JsonObject limits(Limits limits) {
    JsonObject json = new JsonObject();
    put(json, "modes", limits.modes());
    put(json, "durations", limits.durations());
    put(json, "with", limits.with());
    put(json, "without", limits.without());
    return json;
  }

  private static void put(JsonObject json, String name, Collection<?> values) {
    if (!values.isEmpty()) {
      json.put(name, new JsonArray(values.stream().sorted().toList()));
    }
  }
}
