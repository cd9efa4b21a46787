package dev.backlot.simulator;

import java.util.Arrays;
import java.util.Optional;

/** What an element of {@code contents} may be (reference, section 6.1). */
enum Content {
  PROMPT("prompt", Source.TEXT),
  FIRST_FRAME("first_frame", Source.IMAGE),
  LAST_FRAME("last_frame", Source.IMAGE),
  REFER_IMAGE("refer_image", Source.IMAGE),
  FEATURE_VIDEO("feature_video", Source.VIDEO),
  BASE_VIDEO("base_video", Source.VIDEO),
  ELEMENT("element", Source.ELEMENT),
  VOICE("voice", Source.VOICE);

  /** Where it comes from, and so which members it has. */
  enum Source {
    TEXT,
    /** {@code url}: an address or base64. */
    IMAGE,
    /** {@code url}: an address only. */
    VIDEO,
    /** {@code element_id} and {@code id}. */
    ELEMENT,
    /** {@code voice_id} and {@code id}. */
    VOICE
  }

  private final String text;
  private final Source source;

  Content(String text, Source source) {
    this.text = text;
    this.source = source;
  }

  static Optional<Content> of(String text) {
    return Arrays.stream(values()).filter(content -> content.text.equals(text)).findFirst();
  }

  String text() {
    return text;
  }

  Source source() {
    return source;
  }
}
