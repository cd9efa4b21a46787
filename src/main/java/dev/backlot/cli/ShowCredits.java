package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.domain.credit.Balance;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "show",
    description = "Prints what a tenant has left, reserved and spent.",
    mixinStandardHelpOptions = true)
final class ShowCredits implements Callable<Integer> {
  private static final String ROW = "%-12s %20s %20s %20s%n";

  private final ConfigOptions config;
  private final StoreAccess store;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      required = true,
      converter = TenantName.Converter.class,
      description = "Whose credit.")
  private TenantName tenant = TenantName.NONE;

  ShowCredits(ConfigOptions config, StoreAccess store) {
    this.config = config;
    this.store = store;
  }

  @Override
  public Integer call() {
    AppConfig loaded = config.load();
    List<Balance> balances =
        store.with(loaded, stores -> tenant.find(stores).compose(stores.ledger()::balances));
    PrintWriter out = spec.commandLine().getOut();
    out.printf(ROW, "asset", "available", "reserved", "spent");
    balances.forEach(
        b -> out.printf(ROW, b.asset().text(), b.available(), b.reserved(), b.spent()));
    out.flush();
    return 0;
  }
}
