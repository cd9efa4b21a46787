package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses of results: they carry a key, like the real ones, and end with their lifetime. They
 * survive a restart as long as the account's secret key does not change. Event loop only.
 */
final class Links {
  private static final long MEDIA_OFFSET = 100_000_000_000_000_000L;
  private static final Pattern CLIP = Pattern.compile("(\\d{18})-output(-wm)?\\.mp4");
  private static final Pattern SOUND = Pattern.compile("(\\d{18})-output\\.(mp3|wav)");
  private static final Pattern STILL = Pattern.compile("(\\d{18})-output-(\\d)(-wm)?\\.png");
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

  /**
   * A result file by its name.
   *
   * @param taskNumber of the task that made it
   * @param index from 0
   * @param marked the copy with a watermark, which only some tasks have
   */
  record File(long taskNumber, int index, Medium medium, boolean marked) {
    boolean isOf(Task task) {
      TaskRequest request = task.request();
      return medium.isMadeBy(request.product().makes())
          && index < request.images()
          && (request.watermark() || !marked);
    }
  }

  static boolean isMediaId(String id) {
    return id.matches("[1-9]\\d{17}") && Long.parseLong(id) > MEDIA_OFFSET;
  }

  /** Of the task that made it. */
  static String taskId(String mediaId) {
    return Long.toString(Long.parseLong(mediaId) - MEDIA_OFFSET);
  }

  static String mediaId(String taskId) {
    return Long.toString(Long.parseLong(taskId) + MEDIA_OFFSET);
  }

  String mediaId(Task task) {
    return Long.toString(task.plan().number() + MEDIA_OFFSET);
  }

  /**
   * @param index of the file among those of the task, from 0
   * @param marked the copy with a watermark
   */
  String path(Task task, int index, boolean marked) {
    boolean still = task.request().product().makes().isOfStills();
    String mark = marked ? "-wm" : "";
    return path(task, still ? "-output-" + index + mark + ".png" : "-output" + mark + ".mp4");
  }

  /** An image, of what makes a clip as well. */
  String stillPath(Task task, int index) {
    return path(task, "-output-" + index + ".png");
  }

  /**
   * @param format {@code mp3} or {@code wav}
   */
  String soundPath(Task task, String format) {
    return path(task, "-output." + format);
  }

  private String path(Task task, String ending) {
    String id = mediaId(task);
    return "/media/" + id + ending + "?x-kcdn-pid=112372&pkey=" + key(id);
  }

  /** The file behind a name, or null. */
  static @Nullable File file(String name) {
    Matcher clip = CLIP.matcher(name);
    if (clip.matches()) {
      return new File(number(clip), 0, Medium.CLIP, clip.group(2) != null);
    }
    Matcher sound = SOUND.matcher(name);
    if (sound.matches()) {
      boolean wav = sound.group(2).equals("wav");
      return new File(number(sound), 0, wav ? Medium.WAV : Medium.MP3, false);
    }
    Matcher still = STILL.matcher(name);
    if (!still.matches()) {
      return null;
    }
    int index = Integer.parseInt(still.group(2));
    return new File(number(still), index, Medium.STILL, still.group(3) != null);
  }

  boolean isKey(Task task, @Nullable String key) {
    byte[] given = (key == null ? "" : key).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(key(mediaId(task)).getBytes(StandardCharsets.US_ASCII), given);
  }

  boolean isExpired(Task task, long now) {
    return now - task.plan().createdAt() >= lifetime.toMillis();
  }

  private static long number(Matcher name) {
    return Long.parseLong(name.group(1)) - MEDIA_OFFSET;
  }

  private String key(String id) {
    digest.update(secret);
    byte[] hash = digest.digest(id.getBytes(StandardCharsets.US_ASCII));
    return HexFormat.of().formatHex(hash, 0, KEY_BYTES);
  }
}
