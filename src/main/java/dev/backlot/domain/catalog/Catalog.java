package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be asked for, and what it costs. Immutable; thread-safe. Knows what a field
 * may be, what a model can do and what is ours to set; knows nothing of HTTP or storage.
 */
public final class Catalog implements Routing {
  private static final Map<String, String> RESERVED =
      Map.of(
          "external_task_id",
          "is set by Backlot. To repeat a request safely send the header Idempotency-Key; to find"
              + " an id of your own again put it into metadata",
          "callback_url",
          "is set by Backlot. To be told of changes use a webhook, or follow the job on"
              + " /api/v1/stream");

  private final String version;
  private final Map<String, Kind> kinds;
  private final Map<String, CallKind> calls;
  private final PriceBook prices;
  private final Set<String> models;

  /**
   * @param version of the kinds and models; the prices have their own
   * @throws IllegalArgumentException when something that can be asked for has no price
   */
  public Catalog(String version, List<Kind> kinds, PriceBook prices) {
    this(version, kinds, List.of(), prices);
  }

  /**
   * @param calls that are answered at once
   * @throws IllegalArgumentException when something that can be asked for has no price, or a price
   *     is that of no call
   */
  public Catalog(String version, List<Kind> kinds, List<CallKind> calls, PriceBook prices) {
    this.version = version;
    this.calls = new LinkedHashMap<>();
    calls.forEach(call -> this.calls.put(call.name(), call));
    prices.calls().keySet().stream()
        .filter(name -> calls.stream().noneMatch(call -> call.name().equals(name) && !call.reads()))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException("there is no call that costs: " + name);
            });
    this.kinds = new LinkedHashMap<>();
    kinds.forEach(kind -> this.kinds.put(kind.name(), kind));
    this.prices = prices;
    this.models = new LinkedHashSet<>();
    kinds.forEach(kind -> models.addAll(kind.models().keySet()));
    PriceGaps.refuse(kinds, prices);
  }

  /**
   * Checks one input against its kind and model.
   *
   * @param model named beside the input, for kinds whose input has no member for it; else null
   * @param input parsed JSON: maps, lists, strings, exact numbers, booleans
   * @throws BacklotException 400 for a wrong field, 422 for an impossible combination of right ones
   */
  public Facts check(String kindName, @Nullable String model, Map<String, ?> input) {
    Kind kind = kinds.get(kindName);
    if (kind == null) {
      throw BacklotException.ofField(
          ErrorCode.UNKNOWN_KIND,
          "/kind",
          "/kind must be one of " + String.join(", ", kinds.keySet()) + ".");
    }
    refuseReserved(kind, input);
    kind.fields().check("/input", input);
    Facts asked = facts(kind, model(kind, model, input), input, kind.normal(input));
    checkMembers(kind, asked.model(), input);
    Combinations.check(asked, input, (other, changed) -> isPossible(kind, other, changed));
    checkRules(kind, kind.details(), asked.model(), input);
    return asked;
  }

  /**
   * The models that may stand in for one, in the order in which they are tried.
   *
   * @param input that was accepted for this model
   */
  public List<String> fallbacks(String kindName, String model, Map<String, ?> input) {
    Kind kind = kinds.get(kindName);
    if (kind == null) {
      return List.of();
    }
    String mode = facts(kind, model, input, Map.of()).mode();
    return kind.fallbacks().stream()
        .filter(fallback -> fallback.isFor(model, mode))
        .findFirst()
        .map(Fallback::to)
        .orElse(List.of());
  }

  /** Every step of every chain of models that may stand in for one another. */
  public List<ChainStep> chains() {
    return kinds.values().stream().flatMap(kind -> ChainStep.of(kind, prices)).toList();
  }

  /**
   * What an input asks for when another model of its kind is to do it. Its fields have been checked
   * when it was accepted; long values may be out of it.
   *
   * @return empty when that model cannot do it
   */
  public Optional<Facts> asIf(String kindName, String model, Map<String, ?> input) {
    Kind kind = kinds.get(kindName);
    return kind != null
            && Combinations.canDo(kind, model, input)
            && isPossible(kind, model, Map.copyOf(input))
        ? Optional.of(facts(kind, model, input, Map.copyOf(input)))
        : Optional.empty();
  }

  /** The calls that are answered at once, in the order of the file. */
  public List<CallKind> calls() {
    return List.copyOf(calls.values());
  }

  /**
   * @throws BacklotException {@code UNKNOWN_CALL} when there is none of this name
   */
  public CallKind call(String name) {
    CallKind call = calls.get(name);
    if (call == null) {
      throw new BacklotException(
          ErrorCode.UNKNOWN_CALL, "Calls are " + String.join(", ", calls.keySet()) + ".");
    }
    return call;
  }

  /** Whether there is a call of this name that costs something. */
  public boolean isBilled(String call) {
    return prices.calls().containsKey(call);
  }

  /** What a call costs, by the prices of {@link #priceVersion}; empty for what is free. */
  public Optional<PriceBook.Price> price(CallKind call) {
    return Optional.ofNullable(prices.calls().get(call.name()));
  }

  /** What it costs, by the prices of {@link #priceVersion}. */
  public PriceBook.Price price(Facts facts) {
    return prices
        .price(facts)
        .orElseThrow(() -> new IllegalStateException("no price for " + facts.model()));
  }

  /** The version of its kinds and models. */
  public String version() {
    return version;
  }

  /**
   * The same for two catalogs with the same kinds and models, whatever else is in them: 16
   * hexadecimal digits. Nodes of one installation may have different ones while they are replaced.
   */
  public String offer() {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(kinds)
        .forEach(
            (name, kind) ->
                text.append(name).append(new TreeSet<>(kind.models().keySet())).append('\n'));
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest(text.toString().getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 8);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("every JVM has SHA-256", impossible);
    }
  }

  public String priceVersion() {
    return prices.version();
  }

  /** In the order of the file. */
  public List<Kind> all() {
    return List.copyOf(kinds.values());
  }

  public Set<String> kinds() {
    return Set.copyOf(kinds.keySet());
  }

  /** Every unit in which the provider counts tasks, each once. */
  public List<SlotClass> slotClasses() {
    return kinds.values().stream()
        .flatMap(
            kind ->
                kind.models().entrySet().stream()
                    .map(m -> new SlotClass(m.getValue().version(m.getKey()), kind.pack())))
        .distinct()
        .toList();
  }

  /** Whatever the model; empty for a kind that is not known. */
  public List<Route> routes(String kind) {
    Kind known = kinds.get(kind);
    return known == null ? List.of() : known.routes();
  }

  @Override
  public List<Route> routes(String kind, String model) {
    Kind known = kinds.get(kind);
    return known == null || !known.models().containsKey(model) ? List.of() : known.routes();
  }

  private static void refuseReserved(Kind kind, Map<String, ?> input) {
    List<String> ours = kind.own().dialect().ours();
    Object at = input;
    for (String member : ours) {
      at = at instanceof Map<?, ?> object ? object.get(member) : null;
    }
    for (Map.Entry<String, String> reserved : RESERVED.entrySet()) {
      if (at instanceof Map<?, ?> object && object.containsKey(reserved.getKey())) {
        String pointer = "/input/" + String.join("/", append(ours, reserved.getKey()));
        throw BacklotException.ofField(
            ErrorCode.RESERVED_FIELD, pointer, pointer + " " + reserved.getValue() + ".");
      }
    }
  }

  private static List<String> append(List<String> path, String last) {
    return Stream.concat(path.stream(), Stream.of(last)).toList();
  }

  /** The model is named where the kind's dialect has it, and nowhere else. */
  private String model(Kind kind, @Nullable String beside, Map<String, ?> input) {
    Choice inside = kind.choices().model();
    String field = inside.at() == null ? "/model" : "/input/" + inside.field();
    if (beside != null && inside.at() != null) {
      throw BacklotException.ofField(
          ErrorCode.INVALID_REQUEST,
          "/model",
          "/model is for kinds whose input does not name it: for "
              + kind.name()
              + " use "
              + field
              + ".");
    }
    String model = beside == null ? inside.in(input) : beside;
    if (!models.contains(model)) {
      throw BacklotException.ofField(
          ErrorCode.UNKNOWN_MODEL,
          field,
          field + " must be one of " + String.join(", ", kind.models().keySet()) + ".");
    }
    return model;
  }

  private static Facts facts(
      Kind kind, String model, Map<String, ?> input, Map<String, Object> normal) {
    Kind.Choices choices = kind.choices();
    Capability capability = kind.models().get(model);
    boolean modeless = capability != null && capability.modes().isEmpty();
    return new Facts(
        kind,
        model,
        modeless ? "" : choices.mode().in(input),
        choices.seconds().numberIn(input),
        choices.outputs().numberIn(input),
        kind.featuresIn(input),
        normal);
  }

  /** Of a model that can do what a changed input asks for. */
  private static boolean isPossible(Kind kind, String model, Map<String, ?> input) {
    try {
      checkMembers(kind, model, input);
      checkRules(kind, kind.details(), model, input);
      return true;
    } catch (BacklotException impossible) {
      return false;
    }
  }

  private static void checkMembers(Kind kind, String model, Map<String, ?> input) {
    checkNeeds(kind, input);
    checkAlternatives(kind, input);
    checkRules(kind, kind.rules(), model, input);
  }

  private static void checkRules(Kind kind, List<Rule> rules, String model, Map<String, ?> input) {
    int seconds = kind.choices().seconds().numberIn(input);
    for (Rule rule : rules) {
      rule.broken(model, seconds, input)
          .ifPresent(
              broken -> {
                String pointer = "/input/" + broken.field();
                throw BacklotException.ofField(
                    ErrorCode.UNSUPPORTED_COMBINATION,
                    pointer,
                    pointer + ": " + broken.why() + ".");
              });
    }
  }

  private static void checkNeeds(Kind kind, Map<String, ?> input) {
    for (Kind.Need need : kind.needs()) {
      boolean given = need.oneOf().stream().anyMatch(input::containsKey);
      if (!given && (need.unless() == null || !need.unless().holds(input))) {
        throw FieldType.missing(
            "/input/" + need.oneOf().get(0),
            kind.name() + " needs " + String.join(" or ", need.oneOf()));
      }
    }
  }

  private static void checkAlternatives(Kind kind, Map<String, ?> input) {
    for (List<String> line : kind.alternatives()) {
      List<String> given = line.stream().filter(input::containsKey).toList();
      if (given.size() > 1) {
        String pointer = "/input/" + given.get(1);
        throw BacklotException.ofField(
            ErrorCode.UNSUPPORTED_COMBINATION,
            pointer,
            pointer + " cannot go together with " + given.get(0) + ": leave one of them out.");
      }
    }
  }
}
