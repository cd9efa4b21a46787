package dev.backlot.simulator;

import java.util.Arrays;

/** What a call does that is answered at once (reference, sections 4.7, 4.10, 4.11, 5.1, 6.3). */
enum CallKind {
  /** Finds the faces of a clip, and opens a session for them. */
  FACES("faces"),
  /** Says a text. */
  SPEECH("speech"),
  /** Finds what is in an image. */
  PARTS("parts"),
  /** Opens a session in which things of a clip get marked. */
  START("start"),
  MARK("mark"),
  UNMARK("unmark"),
  CLEAR("clear"),
  /** Shows what is marked. */
  PREVIEW("preview"),
  /** Makes an element of the older library. */
  ELEMENT("element"),
  DELETE_ELEMENT("delete-element"),
  DELETE_ADVANCED("delete-advanced"),
  DELETE_VOICE("delete-voice");

  private final String text;

  CallKind(String text) {
    this.text = text;
  }

  static CallKind parse(String text) {
    return Arrays.stream(values())
        .filter(kind -> kind.text.equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no call is called " + text));
  }

  /** Whether its answer can say, with code 0, that nothing came of it. */
  boolean canFail() {
    return this == SPEECH || this == START;
  }
}
