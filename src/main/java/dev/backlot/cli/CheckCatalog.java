package dev.backlot.cli;

import dev.backlot.config.CatalogConfig;
import dev.backlot.config.CatalogFiles;
import dev.backlot.config.CatalogText;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.ChainStep;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.domain.catalog.Fallback;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "check",
    description = {
      "Checks a catalog as a service would before it takes it, and touches nothing.",
      "Whether a price version was used before is known to the installation alone."
    },
    mixinStandardHelpOptions = true)
final class CheckCatalog implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--capabilities",
      paramLabel = "FILE",
      description = "Kinds and models. Default: the file in the jar.")
  private @Nullable Path capabilities;

  @Option(
      names = "--prices",
      paramLabel = "FILE",
      description = "Prices. Default: the file in the jar.")
  private @Nullable Path prices;

  @Override
  public Integer call() {
    CatalogConfig config =
        new CatalogConfig(
            Optional.ofNullable(capabilities), Optional.ofNullable(prices), Duration.ofSeconds(10));
    Catalog catalog = CatalogFiles.read(CatalogText.read(config));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(
        "%d kinds of version %s, every combination has a price of version %s%n",
        catalog.kinds().size(), catalog.version(), catalog.priceVersion());
    catalog.chains().forEach(step -> print(step, out));
    new CurrentCatalog(CatalogFiles.load())
        .refusal(catalog)
        .ifPresent(why -> out.println("A service with the jar's catalog would refuse it: " + why));
    out.flush();
    return 0;
  }

  /** A step that can never be taken is no error: the service takes the catalog all the same. */
  private static void print(ChainStep step, PrintWriter out) {
    Fallback fallback = step.fallback();
    String mode = fallback.mode() == null ? "" : " in " + fallback.mode();
    String good =
        step.never()
            .map(why -> "NEVER, because " + why)
            .orElseGet(() -> "for " + step.payable() + " of " + step.asked() + " combinations");
    out.printf("%s: %s%s -> %s: %s%n", step.kind(), fallback.model(), mode, step.to(), good);
  }
}
