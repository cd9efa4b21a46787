package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.port.AccessKeys.NewPair;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Prints the two keys to the standard output, each on a line of its own, for scripts; the words go
 * to the other.
 */
@Command(
    name = "create-pair",
    description = {
      "Makes an access key and a secret key, and their tenant when there is none of that name.",
      "For clients of Kling's API that sign a token for each request."
    },
    mixinStandardHelpOptions = true)
final class CreatePair implements Callable<Integer> {
  private final ConfigOptions config;
  private final StoreAccess store;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Mixin private KeyOwner owner = new KeyOwner();

  CreatePair(ConfigOptions config, StoreAccess store, InstantSource clock) {
    this.config = config;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    AppConfig loaded = config.load();
    NewPair pair =
        store.with(
            loaded,
            stores -> stores.accessKeys().create(owner.tenant(), owner.scopes(), clock.instant()));
    spec.commandLine().getOut().println(pair.accessKey());
    spec.commandLine().getOut().println(pair.secretKey());
    spec.commandLine()
        .getErr()
        .println(
            "Made access key "
                + pair.accessKey()
                + " "
                + owner
                + ". The secret key, on the second line, is shown this once.");
    return 0;
  }
}
