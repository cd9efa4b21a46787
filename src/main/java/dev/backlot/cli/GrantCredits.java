package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.domain.credit.Asset;
import dev.backlot.domain.credit.Credits;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Safe to repeat: a reference adds its credit once. */
@Command(
    name = "grant",
    description = "Adds credit, once per reference; repeating it adds nothing.",
    mixinStandardHelpOptions = true)
final class GrantCredits implements Callable<Integer> {
  private static final int REFERENCE_MAX = 200;

  private final ConfigOptions config;
  private final StoreAccess store;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      required = true,
      converter = TenantName.Converter.class,
      description = "Who gets it.")
  private TenantName tenant = TenantName.NONE;

  @Option(
      names = "--units",
      paramLabel = "N",
      required = true,
      description = "How much: above 0, at most 6 decimals.")
  private String units = "";

  @Option(
      names = "--asset",
      paramLabel = "A",
      required = true,
      converter = AssetName.class,
      description = "Of what: video_unit, image_unit, usd or cny.")
  private Asset asset = Asset.VIDEO_UNIT;

  @Option(
      names = "--reference",
      paramLabel = "R",
      required = true,
      description = "Your own name for this grant, such as an invoice number; at most 200 letters.")
  private String reference = "";

  GrantCredits(ConfigOptions config, StoreAccess store, InstantSource clock) {
    this.config = config;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    Credits amount = amount();
    if (reference.isBlank() || reference.length() > REFERENCE_MAX) {
      throw wrong("--reference must have 1 to " + REFERENCE_MAX + " letters");
    }
    AppConfig loaded = config.load();
    boolean added =
        store.with(
            loaded,
            stores ->
                tenant
                    .find(stores)
                    .compose(
                        id ->
                            stores.ledger().grant(id, asset, amount, reference, clock.instant())));
    spec.commandLine()
        .getOut()
        .println(
            added
                ? "Granted " + amount + " " + asset.text() + " to " + tenant + "."
                : "Reference " + reference + " was granted before: nothing was added.");
    return 0;
  }

  private Credits amount() {
    try {
      Credits amount = Credits.of(units);
      if (amount.isPositive()) {
        return amount;
      }
    } catch (ArithmeticException | NumberFormatException notAnAmount) {
      // Said below.
    }
    throw wrong("--units must be above 0 with at most 6 decimals, got " + units);
  }

  private ParameterException wrong(String problem) {
    return new ParameterException(spec.commandLine(), problem);
  }
}
