package dev.backlot.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The raw configuration: the file with everything that overrides it, before the sections are
 * validated. Blocking; read once, before any event loop runs.
 */
public final class ConfigFile {
  /** In the working directory, and below it the copy in the jar. */
  public static final String DEFAULT = "conf/backlot.yaml";

  private static final String DATA_DIRECTORY = "data-directory";
  private static final String PLACEHOLDER = "${" + DATA_DIRECTORY + "}";

  private final String name;
  private final Map<String, Object> tree;
  private final Map<String, String> environment;

  private ConfigFile(String name, Map<String, Object> tree, Map<String, String> environment) {
    this.name = name;
    this.tree = tree;
    this.environment = environment;
  }

  /**
   * Reads the file and lays the environment and the settings over it.
   *
   * @throws ConfigException when the file cannot be read or an override is wrong
   */
  public static ConfigFile read(ConfigSource source) {
    Map<String, Object> packaged = YamlText.parse(DEFAULT, packagedDefault());
    Path path = source.file().orElse(Path.of(DEFAULT));
    boolean exists = source.file().isPresent() || Files.exists(path);
    Map<String, Object> file = exists ? YamlText.parse(path.toString(), text(path)) : packaged;

    // The packaged file is complete, so a key that another file leaves out can be set all the same.
    Set<String> known = new TreeSet<>(KeyPath.keysOf(packaged));
    known.addAll(KeyPath.keysOf(file));
    Map<String, Object> tree =
        Overrides.environment(file, source.environment(), known, references(file, "env:"));
    tree = Overrides.settings(tree, source.settings());
    String name = exists ? path.toString() : "the packaged " + DEFAULT;
    return new ConfigFile(name, withDataDirectory(tree), source.environment());
  }

  /** What was read, for the people who start it. */
  public String name() {
    return name;
  }

  public Profile profile() {
    return plain().requireEnum("profile", Profile.class);
  }

  /** Where this node keeps what must survive a restart. */
  public Path dataDirectory() {
    return Path.of(plain().requireText(DATA_DIRECTORY));
  }

  /** The root section, to be read and checked to the last key. */
  public Section root() {
    return new Section(
        "",
        tree,
        profile() == Profile.PRODUCTION,
        variable -> environment.getOrDefault(variable, ""));
  }

  /** The files that hold secrets, existing or not. */
  List<Path> secretFiles() {
    return references(tree, "file:").stream().map(Path::of).toList();
  }

  /** For values that are no secrets. */
  private Section plain() {
    return new Section("", tree, true, variable -> "");
  }

  /** Every value may begin with the data directory, so that one key moves them all. */
  private static Map<String, Object> withDataDirectory(Map<String, Object> tree) {
    String directory = String.valueOf(tree.getOrDefault(DATA_DIRECTORY, ""));
    Map<String, Object> replaced = new LinkedHashMap<>();
    tree.forEach((key, value) -> replaced.put(key, replace(key, value, directory)));
    return replaced;
  }

  private static @Nullable Object replace(String key, @Nullable Object value, String directory) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> copy = new LinkedHashMap<>();
      map.forEach((k, v) -> copy.put(String.valueOf(k), replace(key + "." + k, v, directory)));
      return copy;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(element -> replace(key, element, directory)).toList();
    }
    if (!(value instanceof String text) || !text.contains("${")) {
      return value;
    }
    String result = text.replace(PLACEHOLDER, directory);
    if (key.equals(DATA_DIRECTORY) || result.contains("${")) {
      throw new ConfigException(key, "the only placeholder is " + PLACEHOLDER + ", got " + text);
    }
    return result;
  }

  private static Set<String> references(Map<String, Object> tree, String scheme) {
    return texts(tree)
        .filter(text -> text.startsWith(scheme))
        .map(text -> text.substring(scheme.length()))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<String> texts(@Nullable Object node) {
    if (node instanceof Map<?, ?> map) {
      return map.values().stream().flatMap(ConfigFile::texts);
    }
    if (node instanceof List<?> list) {
      return list.stream().flatMap(ConfigFile::texts);
    }
    return node instanceof String text ? Stream.of(text) : Stream.empty();
  }

  private static String text(Path path) {
    try {
      if (Files.size(path) > 4L * YamlText.SIZE_MAX) {
        throw new ConfigException(path.toString(), "is larger than any configuration");
      }
      return Files.readString(path);
    } catch (IOException unreadable) {
      throw new ConfigException(path.toString(), "cannot be read; --config names the file");
    }
  }

  private static String packagedDefault() {
    try (InputStream in = ConfigFile.class.getResourceAsStream("/" + DEFAULT)) {
      if (in == null) {
        throw new IllegalStateException(DEFAULT + " is not packaged");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
