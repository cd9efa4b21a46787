package dev.backlot.domain.job;

import org.jspecify.annotations.Nullable;

/**
 * One result of a job, without its source address: a file, or a thing that later jobs name.
 *
 * @param n position, from 0; the last part of its path in the API
 * @param type {@code video}, {@code image}, {@code audio}, {@code voice} or {@code element}
 * @param duration seconds as the provider wrote them, may be decimal; absent for images
 * @param watermark there is a copy with a watermark beside the clean file
 * @param place where it stands in a result of the provider's older form: its list, which element of
 *     that, and the member that has its address, for example {@code audios/0/url_wav}; the last is
 *     empty for what is no file
 * @param theirs the provider's id of it: for our own eyes only (promise P7); null when it has none
 * @param name as its tenant has called it; null for what has no name
 */
public record Output(
    int n,
    String type,
    @Nullable String duration,
    boolean watermark,
    String place,
    @Nullable String theirs,
    @Nullable String name) {

  /** A file among others of its type. */
  public Output(int n, String type, @Nullable String duration, boolean watermark) {
    this(n, type, duration, watermark, usualPlace(n, type), null, null);
  }

  private static String usualPlace(int n, String type) {
    return type + "s/" + n + "/url";
  }

  /** Whether it stands where a file of its type usually does. */
  public boolean isUsual() {
    return place.equals(usualPlace(n, type));
  }

  /** Whether there is something to fetch. */
  public boolean isFile() {
    return !place.endsWith("/");
  }

  /** The same without what only we may see. */
  public Output shown() {
    return new Output(n, type, duration, watermark, usualPlace(n, type), null, name);
  }
}
