package dev.backlot.simulator;

/**
 * What can be created. A legacy product has queries of its own that find only its own tasks
 * (reference, section 3.1); a newer one takes the model as the last part of its path (section 6).
 */
enum Product {
  TEXT2VIDEO("text2video", "/v1/videos/text2video", true, PackType.VIDEO),
  IMAGE2VIDEO("image2video", "/v1/videos/image2video", true, PackType.VIDEO),
  IMAGES("images", "/v1/images/generations", true, PackType.IMAGE),
  LEGACY_OMNI("legacy-omni-video", "/v1/videos/omni-video", true, PackType.VIDEO),
  TEXT_TO_VIDEO("text-to-video", "/text-to-video", false, PackType.VIDEO),
  IMAGE_TO_VIDEO("image-to-video", "/image-to-video", false, PackType.VIDEO),
  OMNI_VIDEO("omni-video", "/omni-video", false, PackType.VIDEO);

  private final String label;
  private final String path;
  private final boolean legacy;
  private final PackType pack;

  Product(String label, String path, boolean legacy, PackType pack) {
    this.label = label;
    this.path = path;
    this.legacy = legacy;
    this.pack = pack;
  }

  String label() {
    return label;
  }

  String path() {
    return path;
  }

  boolean isLegacy() {
    return legacy;
  }

  PackType pack() {
    return pack;
  }
}
