package dev.backlot.domain.catalog;

import dev.backlot.domain.input.Part;
import dev.backlot.domain.net.WebAddress;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An address that the provider fetches, or the sound itself in base64 (Kling reference, section
 * 4.7), which may be a {@link Part}. What is in it only the provider tells.
 *
 * @param bytesMax of a sound that is given itself
 */
public record SoundField(int bytesMax) implements FieldType {
  @Override
  public void check(String pointer, @Nullable Object value) {
    InlineFile.requireNone(pointer, problem(value));
  }

  private Optional<InlineFile.Fault> problem(@Nullable Object value) {
    if (value instanceof Part part) {
      Part bare = InlineFile.withoutPrefix(part);
      return problem(bare.length(), bare::decoded);
    }
    if (!(value instanceof String text) || text.isEmpty()) {
      return Optional.of(InlineFile.Fault.of(allowed()));
    }
    if (WebAddress.isMeant(text)) {
      return WebAddress.problem(text).map(InlineFile.Fault::of);
    }
    String bare = InlineFile.withoutPrefix(text);
    return problem(bare.length(), () -> Base64.getDecoder().decode(bare));
  }

  private Optional<InlineFile.Fault> problem(long characters, Runnable decode) {
    if (characters * 3 / 4 > bytesMax + 2L) {
      return Optional.of(InlineFile.Fault.of("a sound of at most " + (bytesMax >> 20) + " MiB"));
    }
    try {
      decode.run();
      return Optional.empty();
    } catch (IllegalArgumentException notBase64) {
      return Optional.of(InlineFile.Fault.notBase64(allowed()));
    }
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
    return "an http(s) address, or a sound in base64";
  }
}
