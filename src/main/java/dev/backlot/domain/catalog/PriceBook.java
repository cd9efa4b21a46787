package dev.backlot.domain.catalog;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The prices of one day. The first row that fits counts.
 *
 * @param version frozen on every job that was accepted with these prices
 * @param calls what calls cost that are answered at once, by their names; free without one
 */
public record PriceBook(String version, List<Row> rows, Map<String, Price> calls) {
  public PriceBook {
    rows = List.copyOf(rows);
    calls = Map.copyOf(calls);
  }

  /** One without calls. */
  public PriceBook(String version, List<Row> rows) {
    this(version, rows, Map.of());
  }

  /**
   * @param kinds for which it counts; empty for all
   * @param perSecond whether {@code amount} is for a second, or for one whole output
   */
  public record Row(
      Asset asset,
      Set<String> kinds,
      Set<String> models,
      Limits limits,
      boolean perSecond,
      Credits amount) {
    public Row {
      kinds = Set.copyOf(kinds);
      models = Set.copyOf(models);
    }

    private Price price(int seconds, int outputs) {
      Credits one = perSecond ? amount.times(seconds) : amount;
      return new Price(asset, one.times(outputs));
    }

    /** Units of a pack pay only what is billed to it, whatever its models are called. */
    private boolean isFor(Kind kind) {
      boolean money = asset == Asset.USD || asset == Asset.CNY;
      return (money || asset.text().equals(kind.pack() + "_unit"))
          && (kinds.isEmpty() || kinds.contains(kind.name()));
    }

    private boolean fits(Kind kind, String model, String mode, int seconds, Set<String> features) {
      return isFor(kind) && models.contains(model) && limits.allow(mode, seconds, features);
    }
  }

  /** What one job or call costs. */
  public record Price(Asset asset, Credits amount) {}

  public Optional<Price> price(Facts facts) {
    return row(facts.kind(), facts.model(), facts.mode(), facts.seconds(), facts.features())
        .map(row -> row.price(facts.seconds(), facts.outputs()));
  }

  Optional<Row> row(Kind kind, String model, String mode, int seconds, Set<String> features) {
    return rows.stream().filter(row -> row.fits(kind, model, mode, seconds, features)).findFirst();
  }
}
