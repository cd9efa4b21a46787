package dev.backlot.simulator;

import java.util.Arrays;

/** What the tasks of a product make (reference, section 3). */
enum Makes {
  CLIP("clip"),
  IMAGES("images"),
  /** Images, as a series when the task was one. */
  SERIES("series"),
  /** Three things, each in three views. */
  VIEWS("views"),
  SOUND("sound"),
  CLIP_WITH_SOUND("clip-with-sound"),
  ELEMENT("element"),
  VOICE("voice"),
  /** Pictures of faces. */
  FACES("faces"),
  /** A sound, too. */
  SPEECH("speech"),
  /** Images of what is in an image. */
  PARTS("parts"),
  /** A clip that is no input, and images of it. */
  FOOTAGE("footage"),
  OLD_ELEMENT("old-element"),
  NOTHING("nothing");

  private final String text;

  Makes(String text) {
    this.text = text;
  }

  static Makes parse(String text) {
    return Arrays.stream(values())
        .filter(makes -> makes.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nobody makes " + text));
  }

  /** Whether a clip, a sound, an element or a voice of it can be named by its id. */
  boolean has(String thing) {
    return text.equals(thing)
        || (this == CLIP_WITH_SOUND && (thing.equals("clip") || thing.equals("sound")))
        || (this == SPEECH && thing.equals("sound"))
        || (this == OLD_ELEMENT && thing.equals("element"));
  }

  boolean isOfStills() {
    return switch (this) {
      case IMAGES, SERIES, VIEWS, FACES, PARTS, OLD_ELEMENT -> true;
      case CLIP, SOUND, CLIP_WITH_SOUND, ELEMENT, VOICE, SPEECH, FOOTAGE, NOTHING -> false;
    };
  }
}
