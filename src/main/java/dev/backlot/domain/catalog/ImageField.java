package dev.backlot.domain.catalog;

import dev.backlot.domain.input.Part;
import dev.backlot.domain.net.WebAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address that the provider fetches, or the image itself (Kling reference, section 4), which may
 * be a {@link Part}.
 *
 * @param bytesMax of an image that is given itself
 */
public record ImageField(int bytesMax) implements FieldType {
  @Override
  public void check(String pointer, @Nullable Object value) {
    InlineFile.requireNone(pointer, problem(value));
  }

  private Optional<InlineFile.Fault> problem(@Nullable Object value) {
    if (value instanceof Part part) {
      String start = part.start(Part.LENGTH_MIN);
      return WebAddress.isMeant(start)
          ? WebAddress.problem(start).map(InlineFile.Fault::of)
          : InlineImage.problem(InlineFile.withoutPrefix(part), bytesMax);
    }
    if (!(value instanceof String text) || text.isEmpty()) {
      return Optional.of(InlineFile.Fault.of(allowed()));
    }
    return WebAddress.isMeant(text)
        ? WebAddress.problem(text).map(InlineFile.Fault::of)
        : InlineImage.problem(InlineFile.withoutPrefix(text), bytesMax);
  }

  @Override
  public @Nullable Object shown(Object value) {
    return InlineFile.address(value);
  }

  @Override
  public Object normal(Object value) {
    return InlineFile.normal(value);
  }

  @Override
  public String allowed() {
    return "an http(s) address, or an image in base64";
  }
}
