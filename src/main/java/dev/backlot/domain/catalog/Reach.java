package dev.backlot.domain.catalog;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What can be sent through some accounts: whatever one of them alone can be sent. One that speaks a
 * dialect and another that has the slots for it can nothing together. Thread-safe.
 *
 * @param spoken empty when nothing can be sent
 * @param capacity slots that one account has at the most
 */
public record Reach(Set<Dialect> spoken, Capacity capacity) {
  public Reach {
    spoken = Set.copyOf(spoken);
  }

  /** With as many slots as anybody asks for. */
  public Reach(Set<Dialect> spoken) {
    this(spoken, (dialect, slotClass) -> Integer.MAX_VALUE);
  }

  /** Most slots of a class, free or not, that one account has which speaks a dialect. */
  @FunctionalInterface
  public interface Capacity {
    int most(Dialect dialect, SlotClass slotClass);
  }

  /** Whether one account has so many slots: one task holds all of its own there. */
  public boolean fits(SlotClass slotClass, int slots) {
    return spoken.stream().anyMatch(dialect -> fits(dialect, slotClass, slots));
  }

  private boolean fits(Dialect dialect, SlotClass slotClass, int slots) {
    return slots <= capacity.most(dialect, slotClass);
  }

  /** Every dialect is spoken. */
  public static Reach everywhere() {
    return new Reach(Set.of(Dialect.values()));
  }

  /**
   * One way that can carry a whole job.
   *
   * @param request model and input as the route has them
   */
  public record Way(Route route, CarryOver.Carried request) {}

  /**
   * The first of the routes that is spoken and carries everything in the input.
   *
   * @param input checked; not changed
   */
  public Optional<Way> way(Collection<Route> routes, String model, Map<String, ?> input) {
    for (Route route : routes) {
      if (spoken.contains(route.dialect())) {
        Optional<CarryOver.Carried> request = route.carry(model, input);
        if (request.isPresent()) {
          return Optional.of(new Way(route, request.get()));
        }
      }
    }
    return Optional.empty();
  }

  /** The same through an account that has so many slots of a class. */
  public Optional<Way> way(
      Collection<Route> routes,
      SlotClass slotClass,
      int slots,
      String model,
      Map<String, ?> input) {
    List<Route> withSlots =
        routes.stream().filter(route -> fits(route.dialect(), slotClass, slots)).toList();
    return way(withSlots, model, input);
  }

  /**
   * Costs nothing where an account with the slots speaks the kind's own dialect: everything can be
   * said in that.
   *
   * @throws BacklotException {@code UNSUPPORTED_COMBINATION} when there is no way: such a job would
   *     wait for ever
   */
  public void check(Facts asked) {
    Kind kind = asked.kind();
    Dialect own = kind.own().dialect();
    if (spoken.contains(own) && fits(own, asked.slotClass(), asked.outputs())) {
      return;
    }
    List<Dialect> carrying =
        kind.routes().stream()
            .filter(route -> way(List.of(route), asked.model(), asked.input()).isPresent())
            .map(Route::dialect)
            .toList();
    if (carrying.isEmpty()) {
      throw unsaid(asked);
    }
    int most =
        carrying.stream()
            .mapToInt(dialect -> capacity.most(dialect, asked.slotClass()))
            .max()
            .orElse(0);
    if (asked.outputs() > most) {
      throw withoutSlots(asked, most);
    }
  }

  private static BacklotException withoutSlots(Facts asked, int most) {
    return new BacklotException(
        ErrorCode.UNSUPPORTED_COMBINATION,
        most == 0
            ? "No account of this installation that can run this has a slot for %s. Take another model, or ask the operator for one."
                .formatted(asked.model())
            : "No account of this installation that can run this has more than %d slots for %s, and this needs %d at once. Ask for less at a time."
                .formatted(most, asked.model(), asked.outputs()));
  }

  private BacklotException unsaid(Facts asked) {
    Kind kind = asked.kind();
    return new BacklotException(
        ErrorCode.UNSUPPORTED_COMBINATION,
        "No account of this installation can run this %s job of %s: they speak the dialect %s only, and it cannot be said in that as it is. %s"
            .formatted(kind.name(), asked.model(), words(), remedy(kind)));
  }

  private static String remedy(Kind kind) {
    return "Leave out what that dialect has no form for (POST /api/v1/quotes tells), take a kind of"
        + " it in place of "
        + kind.name()
        + ", or ask the operator for an account with an API key, which speaks both dialects.";
  }

  private String words() {
    return spoken.stream().map(Dialect::text).sorted().collect(Collectors.joining(" and "));
  }
}
