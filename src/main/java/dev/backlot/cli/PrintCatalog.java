package dev.backlot.cli;

import dev.backlot.config.CatalogText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "print",
    description = "Prints a file of the jar's catalog, to start a version of your own from.",
    mixinStandardHelpOptions = true)
final class PrintCatalog implements Callable<Integer> {
  enum Part {
    CAPABILITIES,
    PRICES
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "PART", description = "One of: ${COMPLETION-CANDIDATES}")
  private Part part = Part.PRICES;

  @Override
  public Integer call() {
    CatalogText text = CatalogText.builtIn();
    PrintWriter out = spec.commandLine().getOut();
    out.print(part == Part.PRICES ? text.prices() : text.capabilities());
    out.flush();
    return 0;
  }
}
