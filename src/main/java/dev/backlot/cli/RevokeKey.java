package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Takes the public part of a key, so that no secret ends up in a shell's history. */
@Command(
    name = "revoke",
    description = "Makes a key useless, within seconds and for good.",
    mixinStandardHelpOptions = true)
final class RevokeKey implements Callable<Integer> {
  private static final Pattern ID = Pattern.compile("[a-z0-9]{12}");
  private static final Pattern ACCESS_KEY = Pattern.compile("[A-Za-z0-9]{32}");

  private final ConfigOptions config;
  private final StoreAccess store;
  private final InstantSource clock;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "ID", description = "The 12 characters after blk_, or an access key.")
  private String id = "";

  RevokeKey(ConfigOptions config, StoreAccess store, InstantSource clock) {
    this.config = config;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    boolean pair = ACCESS_KEY.matcher(id).matches();
    if (!pair && !ID.matcher(id).matches()) {
      // Not quoted: somebody may have pasted the whole key.
      throw new ParameterException(
          spec.commandLine(),
          "ID must be the 12 characters after blk_, not the whole key; or an access key");
    }
    AppConfig loaded = config.load();
    boolean revoked =
        store.with(
            loaded,
            stores ->
                pair
                    ? stores.accessKeys().revoke(id, clock.instant())
                    : stores.keys().revoke(id, clock.instant()));
    if (!revoked) {
      spec.commandLine().getErr().println("There is no key " + id + " that could be revoked.");
      return 1;
    }
    spec.commandLine().getOut().println("Revoked key " + id + ".");
    return 0;
  }
}
