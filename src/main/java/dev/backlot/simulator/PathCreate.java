package dev.backlot.simulator;

import java.util.Map;

/**
 * What a create of the newer dialect asks for, each field right by itself.
 *
 * @param audio {@code off} where there is no such setting
 * @param multiShot false when it is left out
 * @param aspectRatio empty when it is left out
 * @param contents how many of each type
 */
record PathCreate(
    String model,
    String resolution,
    int seconds,
    String audio,
    boolean multiShot,
    String aspectRatio,
    Map<Content, Integer> contents) {

  int count(Content content) {
    return contents.getOrDefault(content, 0);
  }

  boolean has(Content content) {
    return count(content) > 0;
  }

  boolean hasFrame() {
    return has(Content.FIRST_FRAME) || has(Content.LAST_FRAME);
  }

  boolean hasVideo() {
    return has(Content.FEATURE_VIDEO) || has(Content.BASE_VIDEO);
  }

  boolean hasAspectRatio() {
    return !aspectRatio.isEmpty();
  }

  /** Reference images and elements together. */
  int references() {
    return count(Content.REFER_IMAGE) + count(Content.ELEMENT);
  }

  ClipPrices.Use use() {
    if (hasVideo()) {
      return ClipPrices.Use.VIDEO_INPUT;
    }
    if (!audio.equals("native")) {
      return ClipPrices.Use.SILENT;
    }
    return has(Content.VOICE) ? ClipPrices.Use.VOICES : ClipPrices.Use.SOUND;
  }
}
