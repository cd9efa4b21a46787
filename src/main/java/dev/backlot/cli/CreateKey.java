package dev.backlot.cli;

import dev.backlot.config.AppConfig;
import dev.backlot.domain.access.Scope;
import dev.backlot.port.Keys.NewKey;
import java.time.InstantSource;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
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

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      required = true,
      converter = TenantName.Converter.class,
      description = "Whose key it is.")
  private TenantName tenant = TenantName.NONE;

  @Option(
      names = "--scopes",
      paramLabel = "SCOPE",
      split = ",",
      description =
          "What it may do: ${COMPLETION-CANDIDATES}. Default: everything but OPERATE, which is for"
              + " whoever runs the installation.")
  private Set<Scope> scopes = Scope.ofTenants();

  CreateKey(ConfigOptions config, StoreAccess store, InstantSource clock) {
    this.config = config;
    this.store = store;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    AppConfig loaded = config.load();
    NewKey key =
        store.with(loaded, stores -> stores.keys().create(tenant.text(), scopes, clock.instant()));
    spec.commandLine().getOut().println(key.presented());
    spec.commandLine()
        .getErr()
        .println(
            "Made key "
                + key.keyId()
                + " of tenant "
                + tenant
                + " for "
                + new TreeSet<>(scopes).stream().map(Scope::text).collect(Collectors.joining(", "))
                + ". It is shown this once.");
    return 0;
  }
}
