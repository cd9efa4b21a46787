package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.port.Keys.NewKey;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Prints the key alone to the standard output, for scripts; the words go to the other. */
@Command(
    name = "create",
    description = "Makes a key, and its tenant when there is none of that name.",
    mixinStandardHelpOptions = true)
final class CreateKey implements Callable<Integer> {
  private final ConfigOptions config;
  private final StoreAccess store;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private KeyOwner owner = new KeyOwner();

  CreateKey(ConfigOptions config, StoreAccess store, InstantSource clock) {
    this.config = config;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    AppConfig loaded = config.load();
    NewKey key =
        store.with(
            loaded,
            stores -> stores.keys().create(owner.tenant(), owner.scopes(), clock.instant()));
    spec.commandLine().getOut().println(key.presented());
    spec.commandLine()
        .getErr()
        .println("Made key " + key.keyId() + " " + owner + ". It is shown this once.");
    return 0;
  }
}
