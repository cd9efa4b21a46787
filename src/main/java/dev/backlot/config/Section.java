package dev.backlot.config;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads one section of the configuration. Every error names the key, the value and the allowed
 * range; {@link #rejectUnknown} refuses keys that nobody asked for.
 */
public final class Section {
  private static final Pattern DURATION = Pattern.compile("(\\d+) ?(ms|s|m|h|d)");
  private static final Pattern BYTES = Pattern.compile("(\\d+) ?(B|KiB|MiB|GiB)");

  private final String path;
  private final Map<String, Object> values;
  private final boolean production;
  private final UnaryOperator<String> environment;
  private final Set<String> asked = new HashSet<>();

  /**
   * @param path dotted path of this section, empty for the root
   * @param production whether secrets from the environment are refused
   * @param environment looks up an environment variable, for {@code env:} references
   */
  public Section(
      String path,
      Map<String, Object> values,
      boolean production,
      UnaryOperator<String> environment) {
    this.path = path;
    this.values = values;
    this.production = production;
    this.environment = environment;
  }

  /** The full dotted key, as errors and {@code --set} name it. */
  public String key(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  public boolean isProduction() {
    return production;
  }

  public boolean has(String name) {
    asked.add(name);
    return values.get(name) != null;
  }

  /** The keys that are set here, in the file's order, for sections whose keys are names. */
  public Set<String> names() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(values.keySet()));
  }

  public Section section(String name) {
    Object value = take(name).orElse(Map.of());
    return new Section(key(name), asMap(name, value), production, environment);
  }

  /** The sections of a list, each with its index in its path. */
  public List<Section> sections(String name) {
    List<Section> sections = new ArrayList<>();
    for (Object element : asList(name)) {
      String indexed = name + "[" + sections.size() + "]";
      sections.add(new Section(key(indexed), asMap(indexed, element), production, environment));
    }
    return List.copyOf(sections);
  }

  public String requireText(String name) {
    String text = String.valueOf(require(name)).strip();
    if (text.isEmpty()) {
      throw error(name, "must not be empty");
    }
    return text;
  }

  public Optional<String> text(String name) {
    return take(name).map(value -> String.valueOf(value).strip()).filter(text -> !text.isEmpty());
  }

  public List<String> texts(String name) {
    return asList(name).stream().map(String::valueOf).toList();
  }

  /** A list of lists of texts. */
  public List<List<String>> lists(String name) {
    List<List<String>> lists = new ArrayList<>();
    for (Object element : asList(name)) {
      if (!(element instanceof List<?> inner)) {
        throw error(name, "must be a list of lists, got " + element);
      }
      lists.add(inner.stream().map(String::valueOf).toList());
    }
    return List.copyOf(lists);
  }

  public int requireInt(String name, int min, int max) {
    return Math.toIntExact(requireLong(name, min, max));
  }

  public long requireLong(String name, long min, long max) {
    Object value = require(name);
    try {
      long number = Long.parseLong(String.valueOf(value));
      if (number >= min && number <= max) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // The message below says what is allowed.
    }
    throw error(name, "must be between " + min + " and " + max + ", got " + value);
  }

  /** Reads an exact decimal such as {@code 0.05}. */
  public BigDecimal requireDecimal(String name, BigDecimal min, BigDecimal max) {
    Object value = require(name);
    try {
      BigDecimal number = new BigDecimal(String.valueOf(value));
      if (number.compareTo(min) >= 0 && number.compareTo(max) <= 0) {
        return number;
      }
    } catch (NumberFormatException notANumber) {
      // The message below says what is allowed.
    }
    throw error(name, "must be between " + min + " and " + max + ", got " + value);
  }

  public boolean requireBoolean(String name) {
    Object value = require(name);
    return switch (String.valueOf(value)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw error(name, "must be true or false, got " + value);
    };
  }

  /** Reads {@code 250ms}, {@code 2s}, {@code 10m}, {@code 24h} or {@code 30d}. */
  public Duration requireDuration(String name, Duration min, Duration max) {
    return duration(name, require(name), min, max);
  }

  /** Reads a list of such durations: at least one. */
  public List<Duration> requireDurations(String name, int most, Duration min, Duration max) {
    List<?> elements = asList(name);
    if (elements.isEmpty() || elements.size() > most) {
      throw error(
          name,
          "must be a list of 1 to " + most + " durations, got " + elements.size() + " of them");
    }
    return elements.stream().map(each -> duration(name, each, min, max)).toList();
  }

  private Duration duration(String name, Object value, Duration min, Duration max) {
    Matcher matcher = DURATION.matcher(String.valueOf(value));
    if (matcher.matches() && matcher.group(1).length() <= 12) {
      long amount = Long.parseLong(matcher.group(1));
      Duration duration =
          switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
          };
      if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
        return duration;
      }
    }
    throw error(
        name,
        "must be a duration between "
            + show(min)
            + " and "
            + show(max)
            + " such as 250ms, 2s or 10m, got "
            + value);
  }

  /** Reads {@code 512B}, {@code 256KiB} or {@code 8MiB}, as bytes. */
  public long requireBytes(String name, long min, long max) {
    Object value = require(name);
    Matcher matcher = BYTES.matcher(String.valueOf(value));
    if (matcher.matches() && matcher.group(1).length() <= 12) {
      long unit =
          switch (matcher.group(2)) {
            case "B" -> 1L;
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            default -> 1L << 30;
          };
      long bytes = Long.parseLong(matcher.group(1)) * unit;
      if (bytes >= min && bytes <= max) {
        return bytes;
      }
    }
    throw error(
        name, "must be a size between " + min + "B and " + max + "B such as 256KiB, got " + value);
  }

  public <E extends Enum<E>> E requireEnum(String name, Class<E> type) {
    Object value = require(name);
    return Arrays.stream(type.getEnumConstants())
        .filter(constant -> spelled(constant).equals(String.valueOf(value)))
        .findFirst()
        .orElseThrow(
            () ->
                error(
                    name,
                    "must be one of "
                        + Arrays.stream(type.getEnumConstants())
                            .map(Section::spelled)
                            .collect(Collectors.joining(", "))
                        + ", got "
                        + value));
  }

  /**
   * Reads a secret by reference: {@code file:PATH}, or {@code env:NAME} outside the production
   * profile. The reference may be shown, what it leads to never.
   */
  public Secret requireSecret(String name) {
    String reference = requireText(name);
    if (reference.startsWith("file:")) {
      return readSecretFile(name, Path.of(reference.substring("file:".length())));
    }
    if (reference.startsWith("env:")) {
      if (production) {
        throw error(name, "env: is refused in the production profile; use file:PATH");
      }
      String value = environment.apply(reference.substring("env:".length()));
      if (value == null || value.isBlank()) {
        throw error(name, "the environment variable of " + reference + " is empty");
      }
      return new Secret(value.strip());
    }
    throw error(name, "must be a reference such as file:/run/secrets/key, not the secret itself");
  }

  /** Reads {@code file:PATH} of a file that can be read but holds no secret. */
  public Path requireFile(String name) {
    String reference = requireText(name);
    if (!reference.startsWith("file:")) {
      throw error(name, "must be a reference such as file:/run/secrets/ca.pem, got " + reference);
    }
    Path file = Path.of(reference.substring("file:".length()));
    if (!Files.isReadable(file)) {
      throw error(name, "cannot read the file " + file);
    }
    return file;
  }

  /** To be called after everything of this section was read. */
  public void rejectUnknown() {
    values.keySet().stream()
        .filter(name -> !asked.contains(name))
        .sorted()
        .findFirst()
        .ifPresent(
            name -> {
              throw new ConfigException(
                  key(name),
                  "unknown key; known here: "
                      + asked.stream().sorted().collect(Collectors.joining(", ")));
            });
  }

  public ConfigException error(String name, String problem) {
    return new ConfigException(key(name), problem);
  }

  private Secret readSecretFile(String name, Path file) {
    try {
      String value = Files.readString(file).strip();
      if (value.isEmpty()) {
        throw error(name, "the file " + file + " is empty");
      }
      return new Secret(value);
    } catch (IOException unreadable) {
      throw error(name, "cannot read the file " + file);
    }
  }

  private Optional<Object> take(String name) {
    asked.add(name);
    return Optional.ofNullable(values.get(name));
  }

  private Object require(String name) {
    return take(name).orElseThrow(() -> error(name, "is missing"));
  }

  private List<?> asList(String name) {
    Object value = take(name).orElse(List.of());
    if (value instanceof List<?> list) {
      return list;
    }
    throw error(name, "must be a list, got " + value);
  }

  private Map<String, Object> asMap(String name, Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      throw error(name, "must be a section with keys, got " + value);
    }
    Map<String, Object> copy = new LinkedHashMap<>();
    map.forEach((mapKey, mapValue) -> copy.put(String.valueOf(mapKey), mapValue));
    return copy;
  }

  private static String spelled(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String show(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }
}
