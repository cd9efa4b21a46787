package dev.backlot.domain.catalog;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What one step of a chain of models is good for, as far as the catalog tells: what an account can
 * be sent, and the finer rules of a kind, may leave out more.
 *
 * @param fallback the line of the catalog that it belongs to
 * @param to the model that stands in
 * @param asked combinations of mode, duration and features that the line is for; 0 when a line
 *     before it takes them all
 * @param able how many of those the stand-in can do
 * @param payable how many of those cost no more than what is reserved
 */
public record ChainStep(
    String kind, Fallback fallback, String to, long asked, long able, long payable) {

  /** Why it can never be taken; empty for one that can. */
  public Optional<String> never() {
    if (payable > 0) {
      return Optional.empty();
    }
    if (asked == 0) {
      return Optional.of("a line before it takes all its jobs");
    }
    return Optional.of(
        able == 0
            ? to + " can do nothing of what it is for"
            : to + " costs more, whatever is asked of it");
  }

  /** A model that was taken out has no price, by which its steps could be measured. */
  static Stream<ChainStep> of(Kind kind, PriceBook prices) {
    return IntStream.range(0, kind.fallbacks().size())
        .filter(line -> kind.models().containsKey(kind.fallbacks().get(line).model()))
        .boxed()
        .flatMap(
            line -> {
              Fallback fallback = kind.fallbacks().get(line);
              List<Ask> asked = asked(kind, fallback, kind.fallbacks().subList(0, line));
              return fallback.to().stream().map(to -> of(kind, fallback, to, prices, asked));
            });
  }

  private static List<Ask> asked(Kind kind, Fallback fallback, List<Fallback> before) {
    String model = fallback.model();
    return Ask.allOf(capability(kind, model))
        .filter(ask -> fallback.isFor(model, ask.mode()))
        .filter(ask -> before.stream().noneMatch(other -> other.isFor(model, ask.mode())))
        .toList();
  }

  private static ChainStep of(
      Kind kind, Fallback fallback, String to, PriceBook prices, List<Ask> asked) {
    List<Ask> able =
        asked.stream()
            .filter(
                ask -> as(kind, to, ask).filter(its -> its.isFor(capability(kind, to))).isPresent())
            .toList();
    long payable =
        able.stream().filter(ask -> isPayable(kind, fallback.model(), to, ask, prices)).count();
    return new ChainStep(kind.name(), fallback, to, asked.size(), able.size(), payable);
  }

  private static boolean isPayable(Kind kind, String model, String to, Ask ask, PriceBook prices) {
    PriceBook.Price reserved = price(kind, model, ask, prices);
    PriceBook.Price costs = price(kind, to, as(kind, to, ask).orElseThrow(), prices);
    return costs.asset() == reserved.asset() && costs.amount().compareTo(reserved.amount()) <= 0;
  }

  private static PriceBook.Price price(Kind kind, String model, Ask ask, PriceBook prices) {
    return prices
        .price(new Facts(kind, model, ask.mode(), ask.seconds(), 1, ask.features(), Map.of()))
        .orElseThrow(() -> new IllegalStateException("no price for " + model));
  }

  /** A model without modes takes only what names none; one with modes, the default then. */
  private static Optional<Ask> as(Kind kind, String to, Ask ask) {
    String silent = kind.choices().mode().otherwise();
    boolean modeless = capability(kind, to).modes().isEmpty();
    if (modeless) {
      return ask.mode().isEmpty() || ask.mode().equals(silent)
          ? Optional.of(new Ask("", ask.seconds(), ask.features()))
          : Optional.empty();
    }
    return Optional.of(ask.mode().isEmpty() ? new Ask(silent, ask.seconds(), ask.features()) : ask);
  }

  private static Capability capability(Kind kind, String model) {
    Capability capability = kind.models().get(model);
    if (capability == null) {
      throw new IllegalArgumentException(kind.name() + " has no model " + model);
    }
    return capability;
  }
}
