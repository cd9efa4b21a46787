package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import io.vertx.core.Future;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What every command does before its own work, and nothing else: a roll may begin after it. */
@Command(
    name = "migrate",
    description = "Brings the database schema up to date. A node does so at its start, too.",
    mixinStandardHelpOptions = true)
final class Migrate implements Callable<Integer> {
  private final ConfigOptions config;
  private final StoreAccess store;

  @Spec private CommandSpec spec = CommandSpec.create();

  Migrate(ConfigOptions config, StoreAccess store) {
    this.config = config;
    this.store = store;
  }

  @Override
  public Integer call() {
    AppConfig loaded = config.load();
    String done =
        store.with(
            loaded, migrated -> Future.succeededFuture("The database schema is up to date."));
    spec.commandLine().getOut().println(done);
    return 0;
  }
}
