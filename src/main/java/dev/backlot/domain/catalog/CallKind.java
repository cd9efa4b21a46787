package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.job.Uses.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A call that the provider answers at once: what its input may hold, where it goes and what it
 * makes.
 *
 * @param path of the provider's, in its older dialect
 * @param reads whether it changes nothing and costs nothing: its answer may be remembered, and is
 *     in no books
 * @param fields members of its input
 * @param needs of each line at least one member must be there
 * @param alternatives of each line at most one member may be there
 * @param makes what its answer has ids of, by where they stand in it: member names with a slash
 *     between them, and a star for each element of a list
 * @param target the member of its input that names what it is about; null for none
 */
public record CallKind(
    String name,
    String path,
    boolean reads,
    FieldType.Members fields,
    List<List<String>> needs,
    List<List<String>> alternatives,
    Map<String, Made> makes,
    @Nullable String target) {
  public CallKind {
    needs = List.copyOf(needs);
    alternatives = List.copyOf(alternatives);
    makes = Map.copyOf(makes);
  }

  /**
   * A checked input as the provider wants it.
   *
   * @param input parsed JSON
   * @throws BacklotException naming the member that is wrong
   */
  @SuppressWarnings("unchecked") // Members make a map of a map.
  public Map<String, Object> check(Map<String, ?> input) {
    fields.check("/input", input);
    for (List<String> need : needs) {
      if (need.stream().noneMatch(input::containsKey)) {
        throw FieldType.missing(
            "/input/" + need.get(0), name + " needs " + String.join(" or ", need));
      }
    }
    for (List<String> line : alternatives) {
      List<String> given = line.stream().filter(input::containsKey).toList();
      if (given.size() > 1) {
        String pointer = "/input/" + given.get(1);
        throw BacklotException.ofField(
            ErrorCode.UNSUPPORTED_COMBINATION,
            pointer,
            pointer + " cannot go together with " + given.get(0) + ": leave one of them out.");
      }
    }
    return (Map<String, Object>) fields.normal(input);
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

  /**
   * What it takes of earlier jobs and calls, as its input names it.
   *
   * @param input that was checked
   */
  public List<Use> uses(Map<String, ?> input) {
    List<Use> uses = new ArrayList<>();
    fields.uses("", input, uses::add);
    return uses;
  }

  /** What it is about, as the input names it. */
  public Optional<String> targetOf(Map<String, ?> input) {
    return Optional.ofNullable(target)
        .flatMap(member -> Optional.ofNullable(input.get(member)))
        .map(String::valueOf);
  }
}
