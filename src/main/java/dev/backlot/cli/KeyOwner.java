package dev.backlot.cli;

import dev.backlot.domain.access.Scope;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** The options of whatever makes keys: whose they are, and what they may do. */
final class KeyOwner {
  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      required = true,
      converter = TenantName.Converter.class,
      description = "Whose they are.")
  private TenantName tenant = TenantName.NONE;

  @Option(
      names = "--scopes",
      paramLabel = "SCOPE",
      split = ",",
      description =
          "What they may do: ${COMPLETION-CANDIDATES}. Default: everything but OPERATE, which is for"
              + " whoever runs the installation.")
  private Set<Scope> scopes = Scope.ofTenants();

  String tenant() {
    return tenant.text();
  }

  Set<Scope> scopes() {
    return scopes;
  }

  /** For whoever has made them. */
  @Override
  public String toString() {
    return "of tenant "
        + tenant
        + " for "
        + new TreeSet<>(scopes).stream().map(Scope::text).collect(Collectors.joining(", "));
  }
}
