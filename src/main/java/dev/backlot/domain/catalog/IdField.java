package dev.backlot.domain.catalog;

import dev.backlot.domain.job.Uses.Use;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An id: a number in the provider's documents, a string in others.
 *
 * @param of what the id stands for, when a task of ours can have made it; else null
 * @param others whether it may also be something that everybody has, such as a preset
 * @param text whether a number is none
 */
public record IdField(@Nullable Made of, boolean others, boolean text) implements FieldType {
  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9_-]{1,64}");

  @Override
  public void check(String pointer, @Nullable Object value) {
    boolean number =
        !text
            && (value instanceof Integer || value instanceof Long)
            && ((Number) value).longValue() >= 0;
    FieldType.require(
        number || (value instanceof String given && TEXT.matcher(given).matches()), pointer, this);
  }

  @Override
  public void uses(String pointer, Object value, Consumer<Use> found) {
    if (of != null) {
      found.accept(new Use(pointer, String.valueOf(value), of.text(), others));
    }
  }

  @Override
  public String allowed() {
    return text
        ? "an id: a string of at most 64 letters and digits"
        : "an id: an integer, or at most 64 letters and digits";
  }
}
