package dev.backlot.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The two files of the catalog as they were read, not yet checked.
 *
 * @param capabilities kinds, models and what they can do
 * @param prices what they cost
 */
public record CatalogText(String capabilities, String prices) {
  static final String CAPABILITIES = "/catalog/capabilities.yaml";
  static final String PRICES = "/catalog/prices.yaml";

  /** Bytes; a file above it is refused unread. */
  private static final int SIZE_MAX = 4 * YamlText.SIZE_MAX;

  public static CatalogText builtIn() {
    return new CatalogText(resource(CAPABILITIES), resource(PRICES));
  }

  /**
   * Blocking.
   *
   * @throws ConfigException when a file cannot be read, naming the key that points to it
   */
  public static CatalogText read(CatalogConfig config) {
    return new CatalogText(
        read("catalog.capabilities", config.capabilities(), CAPABILITIES),
        read("catalog.prices", config.prices(), PRICES));
  }

  private static String read(String key, Optional<Path> file, String resource) {
    return file.map(path -> file(key, path)).orElseGet(() -> resource(resource));
  }

  private static String file(String key, Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(SIZE_MAX + 1);
      if (bytes.length > SIZE_MAX) {
        throw new ConfigException(key, "the file has more than " + SIZE_MAX + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new ConfigException(key, "the file " + path + " cannot be read");
    }
  }

  private static String resource(String path) {
    try (InputStream in = CatalogText.class.getResourceAsStream(path)) {
      if (in == null) {
        throw new ConfigException(path, "is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
