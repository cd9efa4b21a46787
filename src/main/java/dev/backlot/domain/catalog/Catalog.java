package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

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

  private final Map<String, Kind> kinds;
  private final PriceBook prices;
  private final Set<String> models;

  /**
   * @throws IllegalArgumentException when something that can be asked for has no price
   */
  public Catalog(List<Kind> kinds, PriceBook prices) {
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
   * @param input parsed JSON: maps, lists, strings, exact numbers, booleans
   * @throws BacklotException 400 for a wrong field, 422 for an impossible combination of right ones
   */
  public Facts check(String kindName, Map<String, ?> input) {
    Kind kind = kinds.get(kindName);
    if (kind == null) {
      throw BacklotException.ofField(
          ErrorCode.UNKNOWN_KIND,
          "/kind",
          "/kind must be one of " + String.join(", ", kinds.keySet()) + ".");
    }
    refuseReserved(input);
    kind.fields().check("/input", input);
    Facts asked = facts(kind, input);
    checkNeeds(kind, input);
    checkAlternatives(kind, input);
    Combinations.check(asked, input);
    Details.check(input, asked.seconds());
    return asked;
  }

  /** What it costs, by the prices of {@link #priceVersion}. */
  public PriceBook.Price price(Facts facts) {
    return prices
        .price(facts.model(), facts.mode(), facts.seconds(), facts.features())
        .orElseThrow(() -> new IllegalStateException("no price for " + facts.model()));
  }

  public String priceVersion() {
    return prices.version();
  }

  public Set<String> kinds() {
    return Set.copyOf(kinds.keySet());
  }

  /** Every unit in which the provider counts tasks, each once. */
  public List<SlotClass> slotClasses() {
    return kinds.values().stream()
        .flatMap(kind -> kind.models().keySet().stream().map(m -> new SlotClass(m, kind.pack())))
        .distinct()
        .toList();
  }

  @Override
  public String path(String kind) {
    return known(kind).path();
  }

  @Override
  public String dialect(String kind) {
    return known(kind).dialect();
  }

  private Kind known(String kind) {
    return Objects.requireNonNull(kinds.get(kind), kind);
  }

  private static void refuseReserved(Map<String, ?> input) {
    for (Map.Entry<String, String> reserved : RESERVED.entrySet()) {
      if (input.containsKey(reserved.getKey())) {
        String pointer = "/input/" + reserved.getKey();
        throw BacklotException.ofField(
            ErrorCode.RESERVED_FIELD, pointer, pointer + " " + reserved.getValue() + ".");
      }
    }
  }

  private Facts facts(Kind kind, Map<String, ?> input) {
    String model = text(input, "model_name", kind.defaultModel());
    if (!models.contains(model)) {
      throw BacklotException.ofField(
          ErrorCode.UNKNOWN_MODEL,
          "/input/model_name",
          "/input/model_name must be one of " + String.join(", ", kind.models().keySet()) + ".");
    }
    Capability capability = kind.models().get(model);
    boolean modeless = capability != null && capability.modes().isEmpty();
    return new Facts(
        kind,
        model,
        modeless ? "" : text(input, "mode", kind.defaultMode()),
        Integer.parseInt(text(input, "duration", String.valueOf(kind.defaultSeconds()))),
        kind.featuresIn(input));
  }

  private static String text(Map<String, ?> input, String name, String otherwise) {
    return input.get(name) instanceof String text ? text : otherwise;
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
