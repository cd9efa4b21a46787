package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigException;
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
    if (!loaded.database().migrates()) {
      throw new ConfigException(
          "database.migrate", "must be true for this command, with the owner's password");
    }
    String done =
        store.with(
            loaded, migrated -> Future.succeededFuture("The database schema is up to date."));
    spec.commandLine().getOut().println(done);
    return 0;
  }
}
