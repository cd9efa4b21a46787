package dev.backlot.facade;

import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Kind;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * What a method and a path mean, by the catalog's own ways. Everything is there at the root, where
 * clients expect it whose base address is configured, and below {@code /kling}, where relays have
 * it (Kling reference, section 2.1). Pure.
 */
final class Paths {
  private static final String PREFIX = "/kling";
  private static final String MODEL = "{model}";
  private static final String GET = "GET";
  private static final String POST = "POST";

  private Paths() {}

  /**
   * @param raw as it was sent; a doubled slash is one, and one at the end is none (section 14, item
   *     14)
   * @return empty for what is none of the provider's paths
   */
  static Optional<Target> target(Catalog catalog, String method, String raw) {
    String path = plain(raw);
    boolean prefixed = path.equals(PREFIX) || path.startsWith(PREFIX + "/");
    String inner = prefixed ? path.substring(PREFIX.length()) : path;
    if (!prefixed && !isTheirs(catalog, inner)) {
      return Optional.empty();
    }
    return Optional.of(
        method.equals(POST)
            ? posted(catalog, inner)
            : method.equals(GET) ? got(catalog, inner) : new Target.Nothing());
  }

  private static String plain(String raw) {
    String path = raw.contains("//") ? raw.replaceAll("/{2,}", "/") : raw;
    return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
  }

  /** By its first part alone, so that what is wrong behind it is answered in their words, too. */
  private static boolean isTheirs(Catalog catalog, String path) {
    String first = first(path);
    return !first.equals("api")
        && (first.equals("v1")
            || first.equals("tasks")
            || first.equals("account")
            || catalog.all().stream().anyMatch(kind -> first(kind.own().path()).equals(first)));
  }

  private static String first(String path) {
    int end = path.indexOf('/', 1);
    return path.isEmpty() ? "" : path.substring(1, end < 0 ? path.length() : end);
  }

  private static Target posted(Catalog catalog, String path) {
    return switch (path) {
      case "/tasks" -> new Target.Search();
      case "/account/billing/package" -> new Target.Billing(true);
      case "/account/billing/balance" -> new Target.Billing(false);
      default ->
          call(catalog, path, false)
              .or(
                  () ->
                      catalog.all().stream()
                          .flatMap(kind -> create(kind, path).stream())
                          .findFirst())
              .orElseGet(Target.Nothing::new);
    };
  }

  /** What is answered at once has a path of its own, which goes before ids below another. */
  private static Optional<Target> call(Catalog catalog, String path, boolean reads) {
    return catalog.calls().stream()
        .filter(call -> call.reads() == reads && call.path().equals(path))
        .findFirst()
        .map(Target.Call::new);
  }

  private static Optional<Target> create(Kind kind, String path) {
    String own = kind.own().path();
    if (kind.own().dialect() == Dialect.LEGACY) {
      return path.equals(own) ? Optional.of(new Target.Create(kind, null)) : Optional.empty();
    }
    String before = own.substring(0, own.indexOf(MODEL));
    String after = own.substring(before.length() + MODEL.length());
    int length = path.length() - before.length() - after.length();
    if (length <= 0 || !path.startsWith(before) || !path.endsWith(after)) {
      return Optional.empty();
    }
    String model = path.substring(before.length(), before.length() + length);
    return model.contains("/")
        ? Optional.empty()
        : Optional.of(new Target.Create(kind, decoded(model)));
  }

  private static Target got(Catalog catalog, String path) {
    return switch (path) {
      case "/tasks" -> new Target.Tasks();
      case "/account/costs" -> new Target.Costs();
      default ->
          call(catalog, path, true)
              .or(
                  () ->
                      catalog.all().stream()
                          .filter(kind -> kind.own().dialect() == Dialect.LEGACY)
                          .flatMap(kind -> query(kind, path).stream())
                          .findFirst())
              .orElseGet(Target.Nothing::new);
    };
  }

  private static Optional<Target> query(Kind kind, String path) {
    String own = kind.own().path();
    if (path.equals(own)) {
      return Optional.of(new Target.Page(kind));
    }
    if (!path.startsWith(own + "/")) {
      return Optional.empty();
    }
    String id = path.substring(own.length() + 1);
    return id.contains("/") ? Optional.empty() : Optional.of(new Target.One(kind, decoded(id)));
  }

  private static String decoded(String segment) {
    try {
      return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return segment;
    }
  }
}
