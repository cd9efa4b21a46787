package dev.backlot.config;

import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.catalog.Capability;
import dev.backlot.domain.catalog.CarryOver;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Choice;
import dev.backlot.domain.catalog.FieldType;
import dev.backlot.domain.catalog.Kind;
import dev.backlot.domain.catalog.Limits;
import dev.backlot.domain.catalog.PriceBook;
import dev.backlot.domain.catalog.Probe;
import dev.backlot.domain.catalog.Route;
import dev.backlot.domain.catalog.Selector;
import dev.backlot.domain.catalog.Told;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Makes the catalog of its two files. Takes some ten milliseconds: not for an event loop. */
public final class CatalogFiles {
  private static final String CAPABILITIES = "catalog.capabilities";
  private static final String PRICES = "catalog.prices";
  private static final Pattern VERSION = Pattern.compile("[a-zA-Z0-9._-]{1,64}");
  private static final Pattern PRICE = Pattern.compile("[0-9]{1,14}(\\.[0-9]{1,6})?");

  private CatalogFiles() {}

  /** The catalog of the jar. */
  public static Catalog load() {
    return read(CatalogText.builtIn());
  }

  /**
   * @throws ConfigException when a file says something that makes no sense, naming the entry
   */
  public static Catalog read(CatalogText text) {
    Section root = root(CAPABILITIES, text.capabilities());
    List<CallKind> calls = sensible(CAPABILITIES, () -> CallFiles.of(root));
    List<Kind> kinds = sensible(CAPABILITIES, () -> kinds(root));
    PriceBook prices = sensible(PRICES, () -> priceBook(root(PRICES, text.prices())));
    return sensible(PRICES, () -> new Catalog(version(root), kinds, calls, prices));
  }

  /** What the domain refuses is a mistake in the file, too. */
  private static <T> T sensible(String file, Supplier<T> read) {
    try {
      return read.get();
    } catch (IllegalArgumentException | ArithmeticException wrong) {
      throw new ConfigException(file, String.valueOf(wrong.getMessage()));
    }
  }

  private static List<Kind> kinds(Section root) {
    version(root);
    Map<String, Map<String, FieldType>> fieldSets =
        named(root, "fields", (name, section) -> FieldTypes.members(section));
    Section features = root.section("features");
    Map<String, List<Probe>> probes = new LinkedHashMap<>();
    features.names().forEach(name -> probes.put(name, probes(features, name)));
    Map<String, Kind> kinds =
        named(root, "kinds", (name, section) -> kind(name, section, fieldSets, probes));
    root.rejectUnknown();
    return List.copyOf(kinds.values());
  }

  private static Kind kind(
      String name,
      Section in,
      Map<String, Map<String, FieldType>> fieldSets,
      Map<String, List<Probe>> probes) {
    Map<String, FieldType> fields = new LinkedHashMap<>();
    in.texts("fields")
        .forEach(
            set -> {
              if (!fieldSets.containsKey(set)) {
                throw in.error("fields", "there is no set named " + set);
              }
              fields.putAll(fieldSets.get(set));
            });
    Map<String, Capability> models =
        named(in, "models", (model, section) -> capability(section, probes.keySet()));
    Kind kind =
        new Kind(
            name,
            RouteFiles.of(in),
            in.requireText("pack"),
            in.text("product-type").orElse(in.requireText("pack")),
            in.text("parent").orElse(null),
            in.sections("tells").stream().map(CatalogFiles::told).toList(),
            in.texts("up-to").stream().map(Probe::parse).toList(),
            choices(in),
            new FieldType.Members(fields, Set.of()),
            in.sections("needs").stream().map(CatalogFiles::need).toList(),
            in.lists("alternatives"),
            in.sections("rules").stream().map(RuleFiles::of).toList(),
            in.sections("details").stream().map(RuleFiles::of).toList(),
            probes,
            models,
            FallbackFiles.of(in, models.keySet()));
    in.rejectUnknown();
    FallbackFiles.check(kind, in);
    if (!kind.tells().stream().allMatch(told -> fields.containsKey(told.from()))) {
      throw in.error("tells", "each must be from a member of the input");
    }
    if (!kind.models().containsKey(kind.choices().model().otherwise())) {
      throw in.error("model", "its default must be one of the models below");
    }
    for (Route other : kind.routes()) {
      CarryOver carryOver = other.carryOver();
      if (carryOver != null && !kind.models().keySet().containsAll(carryOver.models().keySet())) {
        throw in.error("other-routes", "their models must be among the models below");
      }
    }
    return kind;
  }

  private static Told told(Section in) {
    String as = in.text("as").orElse("");
    if (!as.isEmpty() && !as.equals("voice")) {
      throw in.error("as", "must be voice");
    }
    Told told =
        new Told(
            in.requireText("from"),
            in.text("otherwise").orElse(null),
            in.requireText("at"),
            in.text("newer").orElse(null),
            as.equals("voice"));
    in.rejectUnknown();
    return told;
  }

  private static Kind.Choices choices(Section in) {
    return new Kind.Choices(
        choice(in, "model", Choice.NONE),
        choice(in, "mode", Choice.NONE),
        choice(in, "seconds", Choice.NONE),
        choice(in, "outputs", new Choice(null, "1")));
  }

  private static Choice choice(Section in, String name, Choice otherwise) {
    if (!in.has(name)) {
      return otherwise;
    }
    Section choice = in.section(name);
    Choice read =
        new Choice(
            choice.text("at").map(Selector::parse).orElse(null),
            choice.sections("cases").stream().map(CatalogFiles::choiceCase).toList(),
            choice.requireText("default"));
    choice.rejectUnknown();
    return read;
  }

  private static Choice.Case choiceCase(Section in) {
    Choice.Case read =
        new Choice.Case(
            Probe.parse(in.requireText("when")),
            in.text("at").map(Selector::parse).orElse(null),
            in.requireText("is"));
    in.rejectUnknown();
    return read;
  }

  private static Kind.Need need(Section in) {
    Kind.Need need =
        new Kind.Need(in.texts("one-of"), in.text("unless").map(Probe::parse).orElse(null));
    in.rejectUnknown();
    return need;
  }

  private static Capability capability(Section in, Set<String> known) {
    Capability capability =
        new Capability(
            in.text("counts-as").orElse(null),
            in.texts("modes"),
            in.texts("durations").stream().map(Integer::valueOf).toList(),
            named(in, "features", (feature, section) -> limits(section)));
    in.rejectUnknown();
    capability.features().keySet().stream()
        .filter(feature -> !known.contains(feature))
        .findFirst()
        .ifPresent(
            feature -> {
              throw in.error("features", "there is no feature named " + feature);
            });
    return capability;
  }

  private static Limits limits(Section in) {
    Limits limits = limitsOf(in);
    in.rejectUnknown();
    return limits;
  }

  private static Limits limitsOf(Section in) {
    return new Limits(
        new HashSet<>(in.texts("modes")),
        in.texts("durations").stream().map(Integer::valueOf).collect(Collectors.toSet()),
        new HashSet<>(in.texts("with")),
        new HashSet<>(in.texts("without")));
  }

  private static PriceBook priceBook(Section in) {
    PriceBook book =
        new PriceBook(
            version(in),
            in.sections("prices").stream().map(CatalogFiles::row).toList(),
            in.has("calls") ? named(in, "calls", (call, row) -> callPrice(row)) : Map.of());
    in.rejectUnknown();
    return book;
  }

  private static PriceBook.Row row(Section in) {
    boolean perSecond = in.has("per-second");
    if (perSecond == in.has("per-output")) {
      throw in.error("per-second", "give either per-second or per-output");
    }
    PriceBook.Row row =
        new PriceBook.Row(
            in.requireEnum("asset", Asset.class),
            new HashSet<>(in.texts("kinds")),
            new HashSet<>(in.texts("models")),
            limitsOf(in),
            perSecond,
            price(in, perSecond ? "per-second" : "per-output"));
    in.rejectUnknown();
    return row;
  }

  private static PriceBook.Price callPrice(Section in) {
    PriceBook.Price price =
        new PriceBook.Price(in.requireEnum("asset", Asset.class), price(in, "price"));
    in.rejectUnknown();
    return price;
  }

  private static Credits price(Section in, String name) {
    String text = in.requireText(name);
    if (!PRICE.matcher(text).matches()) {
      throw in.error(
          name,
          "must be a plain decimal with at most 14 digits before the point and 6 after it, such as"
              + " 2.5, got "
              + text);
    }
    Credits price = Credits.of(text);
    if (!price.isPositive()) {
      throw in.error(name, "a price must be above 0");
    }
    return price;
  }

  private static String version(Section in) {
    String version = in.requireText("version");
    if (!VERSION.matcher(version).matches()) {
      throw in.error(
          "version", "must be 1 to 64 of the characters a-z, A-Z, 0-9, '.', '_' and '-'");
    }
    return version;
  }

  private static List<Probe> probes(Section in, String name) {
    return in.texts(name).stream().map(Probe::parse).toList();
  }

  private static <T> Map<String, T> named(
      Section in, String name, BiFunction<String, Section, T> read) {
    Section all = in.section(name);
    Map<String, T> named = new LinkedHashMap<>();
    all.names().forEach(each -> named.put(each, read.apply(each, all.section(each))));
    return named;
  }

  private static Section root(String file, String yaml) {
    return new Section(file, YamlText.parse(file, yaml), false, name -> null);
  }
}
