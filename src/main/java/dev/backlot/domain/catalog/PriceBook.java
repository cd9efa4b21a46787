package dev.backlot.domain.catalog;

import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The prices of one day. The first row that fits counts.
 *
 * @param version frozen on every job that was accepted with these prices
 */
public record PriceBook(String version, List<Row> rows) {
  public PriceBook {
    rows = List.copyOf(rows);
  }

  /**
   * @param perSecond whether {@code amount} is for a second, or for one whole output
   */
  public record Row(
      Asset asset, Set<String> models, Limits limits, boolean perSecond, Credits amount) {
    public Row {
      models = Set.copyOf(models);
    }

    private Price price(int seconds, int outputs) {
      Credits one = perSecond ? amount.times(seconds) : amount;
      return new Price(asset, one.times(outputs));
    }

    private boolean fits(String model, String mode, int seconds, Set<String> features) {
      return models.contains(model) && limits.allow(mode, seconds, features);
    }
  }

  /** What one job costs. */
  public record Price(Asset asset, Credits amount) {}

  public Optional<Price> price(Facts facts) {
    return row(facts.model(), facts.mode(), facts.seconds(), facts.features())
        .map(row -> row.price(facts.seconds(), facts.outputs()));
  }

  Optional<Row> row(String model, String mode, int seconds, Set<String> features) {
    return rows.stream().filter(row -> row.fits(model, mode, seconds, features)).findFirst();
  }
}
