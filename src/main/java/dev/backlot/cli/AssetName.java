package dev.backlot.cli;

import dev.backlot.domain.credit.Asset;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An asset as it is written everywhere else: lower case. */
final class AssetName implements ITypeConverter<Asset> {
  @Override
  public Asset convert(String value) {
    try {
      return Asset.parse(value);
    } catch (IllegalArgumentException unknown) {
      String known = Stream.of(Asset.values()).map(Asset::text).collect(Collectors.joining(", "));
      throw new TypeConversionException("'" + value + "' is not one of " + known);
    }
  }
}
