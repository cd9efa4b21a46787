package dev.backlot.simulator;

import dev.backlot.config.YamlText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What can be created or called, as {@code products.yaml} has it. A legacy product has queries of
 * its own that find only its own tasks (reference, section 3.1); a newer one takes the model as the
 * last part of its path (section 6). Each is there once.
 */
final class Product {
  private static final Map<String, Product> CREATES = read("products");
  private static final Map<String, Product> CALLS = read("calls");

  static final Product TEXT2VIDEO = named("text2video");
  static final Product IMAGE2VIDEO = named("image2video");
  static final Product IMAGES = named("images");
  static final Product LEGACY_OMNI = named("legacy-omni-video");
  static final Product TEXT_TO_VIDEO = named("text-to-video");
  static final Product IMAGE_TO_VIDEO = named("image-to-video");
  static final Product OMNI_VIDEO = named("omni-video");

  private final String label;
  private final String path;
  private final boolean legacy;
  private final PackType pack;
  private final String type;
  private final String check;
  private final Makes makes;
  private final @Nullable CallKind call;
  private final @Nullable Table table;

  private Product(String label, Map<?, ?> said) {
    String packName = word(said, "pack", "video");
    this.label = label;
    this.path = word(said, "path", "");
    this.legacy = word(said, "dialect", "legacy").equals("legacy");
    this.pack = packName.equals("image") ? PackType.IMAGE : PackType.VIDEO;
    this.type = word(said, "type", packName);
    this.check = word(said, "check", "table");
    this.makes = Makes.parse(word(said, "makes", "clip"));
    this.call = said.containsKey("call") ? CallKind.parse(word(said, "call", "")) : null;
    this.table = check.equals("table") ? table(label, said) : null;
  }

  /**
   * @param versions of its models, by which slots go
   * @param otherwise the model when none is named; empty when one must be
   * @param mode the member that says the quality; empty for none
   * @param modeOtherwise the quality when it is not said
   * @param count the member that says how many
   * @param called the member that names what is made
   * @param session what opens the session that a body must name; null when it names none
   */
  record Table(
      Map<String, String> versions,
      String otherwise,
      Shape.Members fields,
      List<Ban> bans,
      Length length,
      String mode,
      String modeOtherwise,
      String count,
      Tariff tariff,
      String called,
      @Nullable CallKind session) {}

  String label() {
    return label;
  }

  String path() {
    return path;
  }

  boolean isLegacy() {
    return legacy;
  }

  PackType pack() {
    return pack;
  }

  /** What a search calls it. */
  String type() {
    return type;
  }

  /** Which class checks its bodies. */
  String check() {
    return check;
  }

  Makes makes() {
    return makes;
  }

  /** Whether it is answered at once, and never asked for. */
  boolean isCall() {
    return call != null;
  }

  /**
   * @throws IllegalStateException when it is a create
   */
  CallKind call() {
    if (call == null) {
      throw new IllegalStateException(label + " is not answered at once");
    }
    return call;
  }

  /** What its bodies may be; null for those that have a class of their own. */
  @Nullable Table table() {
    return table;
  }

  /** What makes tasks. */
  static List<Product> all() {
    return List.copyOf(CREATES.values());
  }

  /** What is answered at once. */
  static List<Product> calls() {
    return List.copyOf(CALLS.values());
  }

  /**
   * @throws IllegalArgumentException for what there is not
   */
  static Product named(String label) {
    Product product = CREATES.getOrDefault(label, CALLS.get(label));
    if (product == null) {
      throw new IllegalArgumentException("no product is called " + label);
    }
    return product;
  }

  /** Whether some model counts its slots as this version, for this pack. */
  static boolean hasVersion(String version, PackType pack) {
    return CREATES.values().stream()
        .anyMatch(
            product ->
                product.table != null
                    && product.pack == pack
                    && product.table.versions().containsValue(version));
  }

  private static Map<String, Product> read(String section) {
    Map<String, Product> all = new LinkedHashMap<>();
    section(section)
        .forEach(
            (label, said) ->
                all.put(
                    String.valueOf(label), new Product(String.valueOf(label), (Map<?, ?>) said)));
    return all;
  }

  /** A part of the products file. */
  static Map<?, ?> section(String name) {
    if (YamlText.parse("products", text()).get(name) instanceof Map<?, ?> section) {
      return section;
    }
    throw new IllegalStateException("there are no " + name);
  }

  private static String text() {
    try (InputStream in = Product.class.getResourceAsStream("/simulator/products.yaml")) {
      if (in == null) {
        throw new IllegalStateException("the jar has no products file");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static Table table(String label, Map<?, ?> said) {
    Map<String, String> versions = new LinkedHashMap<>();
    map(said, "models")
        .forEach((model, version) -> versions.put(String.valueOf(model), String.valueOf(version)));
    if (versions.isEmpty()) {
      versions.put(label, label);
    }
    boolean single = !said.containsKey("default") && versions.size() == 1;
    return new Table(
        versions,
        single ? versions.keySet().iterator().next() : word(said, "default", ""),
        Shape.members(map(said, "fields")),
        maps(said, "refuse").stream().map(Ban::of).toList(),
        said.containsKey("seconds") ? Length.of(map(said, "seconds")) : Length.NONE,
        word(map(said, "mode"), "at", ""),
        word(map(said, "mode"), "otherwise", ""),
        word(map(said, "count"), "at", ""),
        new Tariff(maps(said, "prices").stream().map(Tariff.Line::of).toList()),
        word(said, "called", ""),
        said.containsKey("session") ? CallKind.parse(word(said, "session", "")) : null);
  }

  private static String word(Map<?, ?> said, String name, String otherwise) {
    Object word = said.get(name);
    return word == null ? otherwise : String.valueOf(word);
  }

  private static Map<?, ?> map(Map<?, ?> said, String name) {
    return said.get(name) instanceof Map<?, ?> map ? map : Map.of();
  }

  private static List<Map<?, ?>> maps(Map<?, ?> said, String name) {
    return said.get(name) instanceof List<?> list
        ? list.stream().<Map<?, ?>>map(each -> (Map<?, ?>) each).toList()
        : List.of();
  }
}
