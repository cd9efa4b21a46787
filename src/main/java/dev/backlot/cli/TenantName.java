package dev.backlot.cli;

import dev.backlot.cli.StoreAccess.Stores;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.access.TenantId;
import io.vertx.core.Future;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A tenant's name as the command line takes it. */
record TenantName(String text) {
  static final TenantName NONE = new TenantName("");

  /** The tenant of that name; fails with plain words when there is none. */
  Future<TenantId> find(Stores stores) {
    return stores
        .keys()
        .tenantNamed(text)
        .compose(
            tenant ->
                tenant
                    .map(Future::succeededFuture)
                    .orElseGet(
                        () ->
                            Future.failedFuture(
                                new BacklotException(
                                    ErrorCode.NOT_FOUND,
                                    "There is no tenant " + text + "; 'keys create' makes it."))));
  }

  @Override
  public String toString() {
    return text;
  }

  static final class Converter implements ITypeConverter<TenantName> {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");

    @Override
    public TenantName convert(String value) {
      if (!NAME.matcher(value).matches()) {
        throw new TypeConversionException("a tenant's name is 1 to 63 of a-z, 0-9 and -");
      }
      return new TenantName(value);
    }
  }
}
