package dev.backlot.domain.catalog;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A kind of job: what its input may hold, where it goes and which models can do it.
 *
 * @param routes where its tasks are made: its own way, in whose form tenants write its input, and
 *     others into which an input can be carried over
 * @param pack the provider's resource-pack type, for example {@code video}
 * @param productType what searches call it: the pack, for most
 * @param parent where its input names the clip that it goes on with, for example {@code
 *     input/video_id}; null when it goes on with none
 * @param tells what of its input its results say, too
 * @param upTo when one of these holds, its price is the most that it can cost: the provider
 *     measures what it bills
 * @param choices what its input decides
 * @param fields members of its input
 * @param needs what must be there
 * @param alternatives of each line at most one member may be there
 * @param rules what holds between members
 * @param details likewise, looked at once the model is known to do what is asked
 * @param features by name, each with the probes that find it in an input
 * @param models by name, in the order in which messages list them
 * @param fallbacks which models stand in for which; of those for a model the first counts
 */
public record Kind(
    String name,
    List<Route> routes,
    String pack,
    String productType,
    @Nullable String parent,
    List<Told> tells,
    List<Probe> upTo,
    Choices choices,
    FieldType.Members fields,
    List<Need> needs,
    List<List<String>> alternatives,
    List<Rule> rules,
    List<Rule> details,
    Map<String, List<Probe>> features,
    Map<String, Capability> models,
    List<Fallback> fallbacks) {

  /**
   * Only features that some model of this kind has are looked for: a member may mean one thing in
   * one kind and another in another.
   */
  public Kind {
    routes = List.copyOf(routes);
    tells = List.copyOf(tells);
    upTo = List.copyOf(upTo);
    details = List.copyOf(details);
    fallbacks = List.copyOf(fallbacks);
    Set<String> known =
        models.values().stream()
            .flatMap(model -> model.features().keySet().stream())
            .collect(Collectors.toSet());
    features =
        features.entrySet().stream()
            .filter(feature -> known.contains(feature.getKey()))
            .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * What an input decides, and what counts when it is silent.
   *
   * @param model named beside the input where it says nothing of it
   * @param mode the quality: a mode, or a resolution
   * @param seconds duration; none for images
   * @param outputs how many are made of it, each of which holds a slot
   */
  public record Choices(Choice model, Choice mode, Choice seconds, Choice outputs) {}

  /**
   * @param oneOf members of which at least one must be there
   * @param unless when this holds, none is needed
   */
  public record Need(List<String> oneOf, @Nullable Probe unless) {}

  /** The way in whose form tenants write. */
  public Route own() {
    return routes.get(0);
  }

  /**
   * What counts of an input from a client that may say more than anybody knows. Unchecked.
   *
   * @param input not changed
   */
  @SuppressWarnings("unchecked") // Members make a map of a map.
  public Map<String, Object> known(Map<String, ?> input) {
    return (Map<String, Object>) fields.known(input);
  }

  /** Whether the price of this input is a ceiling, and not what it will cost. */
  public boolean costsAtMost(Map<String, ?> input) {
    return upTo.stream().anyMatch(probe -> probe.holds(input));
  }

  /** A checked input as the provider wants it. */
  @SuppressWarnings("unchecked") // Members make a map of a map.
  Map<String, Object> normal(Map<String, ?> input) {
    return (Map<String, Object>) fields.normal(input);
  }

  /**
   * What answers show of a member of an accepted input; null for nothing.
   *
   * @param value as it is stored
   */
  public @Nullable Object shown(String member, Object value) {
    FieldType type = fields.members().get(member);
    return type == null ? null : type.shown(value);
  }

  /** What finds a feature in an input; empty when it is not in use. */
  Optional<Probe> probe(String feature, Map<?, ?> input) {
    return features.getOrDefault(feature, List.of()).stream()
        .filter(probe -> probe.holds(input))
        .findFirst();
  }

  /** A feature as this input says it, for example {@code sound on}. */
  String inWords(String feature, Map<?, ?> input) {
    return probe(feature, input)
        .or(() -> features.getOrDefault(feature, List.of()).stream().findFirst())
        .map(Probe::inWords)
        .orElse(feature);
  }

  /** The features that this input makes use of. */
  Set<String> featuresIn(Map<?, ?> input) {
    Set<String> used = new HashSet<>();
    features.forEach(
        (feature, probes) -> {
          if (probes.stream().anyMatch(probe -> probe.holds(input))) {
            used.add(feature);
          }
        });
    return used;
  }
}
