package dev.backlot.config;

/**
 * Keys of this installation.
 *
 * @param linkKey signs result links; at least 32 characters, the same on all nodes
 */
public record SecurityConfig(Secret linkKey) {
  private static final int LINK_KEY_MIN = 32;

  public static SecurityConfig from(Section in) {
    SecurityConfig config = new SecurityConfig(in.requireSecret("link-key"));
    in.rejectUnknown();
    if (config.linkKey().value().length() < LINK_KEY_MIN) {
      throw in.error("link-key", "the secret must have at least " + LINK_KEY_MIN + " characters");
    }
    return config;
  }
}
