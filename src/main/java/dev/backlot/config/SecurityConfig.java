package dev.backlot.config;

/**
 * Keys of this installation; each has at least 32 characters and is the same on all nodes.
 *
 * @param linkKey signs result links
 * @param callbackKey signs the addresses that the provider calls back
 * @param webhookKey seals the secrets with which webhooks are signed, and those of access pairs
 */
public record SecurityConfig(Secret linkKey, Secret callbackKey, Secret webhookKey) {
  private static final int LENGTH_MIN = 32;

  public static SecurityConfig from(Section in) {
    SecurityConfig config =
        new SecurityConfig(key(in, "link-key"), key(in, "callback-key"), key(in, "webhook-key"));
    in.rejectUnknown();
    return config;
  }

  private static Secret key(Section in, String name) {
    Secret key = in.requireSecret(name);
    if (key.value().length() < LENGTH_MIN) {
      throw in.error(name, "the secret must have at least " + LENGTH_MIN + " characters");
    }
    return key;
  }
}
