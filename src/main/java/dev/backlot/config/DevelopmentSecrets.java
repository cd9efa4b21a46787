package dev.backlot.config;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Objects;

/**
 * Makes the secrets that a fresh clone lacks: each {@code file:} reference below the data directory
 * that leads nowhere gets a file with 256 random bits. In the development profile only; elsewhere a
 * missing secret is an error. Both ends of a shared secret (provider and simulator) name the same
 * file.
 */
final class DevelopmentSecrets {
  private static final int BYTES = 32;

  private DevelopmentSecrets() {}

  static void make(ConfigFile config, SecureRandom random) {
    if (config.profile() != Profile.DEVELOPMENT) {
      return;
    }
    Path directory = config.dataDirectory().toAbsolutePath().normalize();
    for (Path file : config.secretFiles()) {
      Path target = file.toAbsolutePath().normalize();
      if (target.startsWith(directory) && Files.notExists(target)) {
        make(target, random);
      }
    }
  }

  private static void make(Path target, SecureRandom random) {
    byte[] secret = new byte[BYTES];
    random.nextBytes(secret);
    var ownerReads = PosixFilePermissions.fromString("rw-------");
    try {
      Path directory = Objects.requireNonNull(target.getParent());
      Files.createDirectories(
          directory,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      Path whole =
          Files.createTempFile(
              directory, ".secret", "", PosixFilePermissions.asFileAttribute(ownerReads));
      try {
        Files.writeString(whole, HexFormat.of().formatHex(secret));
        // A link appears whole and never replaces what another process made a moment ago.
        Files.createLink(target, whole);
      } finally {
        Files.delete(whole);
      }
    } catch (FileAlreadyExistsException madeMeanwhile) {
      // Theirs is as good as ours.
    } catch (IOException | UnsupportedOperationException refused) {
      throw new ConfigException(target.toString(), "the development secret cannot be made here");
    }
  }
}
