package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.domain.schedule.Share;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Shows or changes what a tenant gets beside others. */
@Command(
    name = "share",
    description = "Shows a tenant's share of the slots, and changes it.",
    mixinStandardHelpOptions = true)
final class ShareSlots implements Callable<Integer> {
  private static final int MOST_WEIGHT = 1_000;
  private static final int MOST_SLOTS = 1_000_000;

  private final ConfigOptions config;
  private final StoreAccess store;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--tenant",
      required = true,
      paramLabel = "NAME",
      converter = TenantName.Converter.class,
      description = "Whose share.")
  private TenantName tenant = TenantName.NONE;

  @Option(
      names = "--weight",
      paramLabel = "N",
      description = "1 to 1000: twice the weight, twice the share while both have work.")
  private @Nullable Integer weight;

  @Option(
      names = "--max-in-flight",
      paramLabel = "N",
      description = "Most slots of one model that its jobs may hold; -1 for no limit.")
  private @Nullable Integer mostInFlight;

  ShareSlots(ConfigOptions config, StoreAccess store) {
    this.config = config;
    this.store = store;
  }

  @Override
  public Integer call() {
    check("--weight", weight, 1, MOST_WEIGHT);
    check("--max-in-flight", mostInFlight, -1, MOST_SLOTS);
    AppConfig loaded = config.load();
    Share share =
        store.with(
            loaded,
            stores ->
                tenant
                    .find(stores)
                    .compose(
                        id ->
                            stores
                                .shares()
                                .of(id)
                                .map(this::changed)
                                .compose(
                                    wanted -> stores.shares().change(id, wanted).map(wanted))));
    spec.commandLine().getOut().println(tenant + ": " + words(share));
    return 0;
  }

  private void check(String option, @Nullable Integer value, int least, int most) {
    if (value != null && (value < least || value > most)) {
      throw new ParameterException(
          spec.commandLine(), option + " must be between " + least + " and " + most);
    }
  }

  private Share changed(Share now) {
    Integer most = mostInFlight == null ? now.mostInFlight() : mostInFlight;
    return new Share(
        weight == null ? now.weight() : weight, most == null || most < 0 ? null : most);
  }

  private static String words(Share share) {
    Integer most = share.mostInFlight();
    return "weight "
        + share.weight()
        + ", "
        + (most == null ? "no limit" : "at most " + most)
        + " in flight for each model";
  }
}
