package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of results: they carry a key, like the real ones, and end with their lifetime. They
 * survive a restart as long as the account's secret key does not change. Event loop only.
 */
final class Links {
  private static final long MEDIA_OFFSET = 100_000_000_000_000_000L;
  private static final String SUFFIX = "-output.mp4";
  private static final int KEY_BYTES = 8;

  private final byte[] secret;
  private final Duration lifetime;
  private final MessageDigest digest;

  Links(SimulatorConfig config) {
    this.secret = config.account().secretKey().value().getBytes(StandardCharsets.UTF_8);
    this.lifetime = config.limits().linkLifetime();
    try {
      this.digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  String mediaId(Task task) {
    return Long.toString(task.plan().number() + MEDIA_OFFSET);
  }

  String path(Task task) {
    String id = mediaId(task);
    return "/media/" + id + SUFFIX + "?x-kcdn-pid=112372&pkey=" + key(id);
  }

  /** The task number behind a file name, or -1. */
  long taskNumber(String fileName) {
    if (!fileName.endsWith(SUFFIX)) {
      return -1;
    }
    String id = fileName.substring(0, fileName.length() - SUFFIX.length());
    return id.matches("\\d{18}") ? Long.parseLong(id) - MEDIA_OFFSET : -1;
  }

  boolean isKey(Task task, @Nullable String key) {
    byte[] given = (key == null ? "" : key).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(key(mediaId(task)).getBytes(StandardCharsets.US_ASCII), given);
  }

  boolean isExpired(Task task, long now) {
    return now - task.plan().createdAt() >= lifetime.toMillis();
  }

  private String key(String id) {
    digest.update(secret);
    byte[] hash = digest.digest(id.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(hash, 0, KEY_BYTES);
  }
}
