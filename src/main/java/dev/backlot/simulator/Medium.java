package dev.backlot.simulator;

/** What a result file is. */
enum Medium {
  CLIP("video/mp4"),
  STILL("image/png"),
  MP3("audio/mpeg"),
  WAV("audio/wav");

  private final String contentType;

  Medium(String contentType) {
    this.contentType = contentType;
  }

  String contentType() {
    return contentType;
  }

  boolean isMadeBy(Makes makes) {
    return switch (this) {
      case CLIP -> makes == Makes.CLIP || makes == Makes.CLIP_WITH_SOUND || makes == Makes.FOOTAGE;
      case STILL -> makes.isOfStills() || makes == Makes.FOOTAGE;
      case MP3, WAV ->
          switch (makes) {
            case SOUND, CLIP_WITH_SOUND, VOICE, SPEECH -> true;
            case CLIP, IMAGES, SERIES, VIEWS, ELEMENT -> false;
            case FACES, PARTS, FOOTAGE, OLD_ELEMENT, NOTHING -> false;
          };
    };
  }
}
