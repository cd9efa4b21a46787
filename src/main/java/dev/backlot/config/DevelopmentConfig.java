package dev.backlot.config;

import dev.backlot.domain.credit.Credits;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The demo tenant and its page, which exist in the development profile only.
 *
 * @param tenant its name
 * @param keyId public part of its key: 12 letters and digits
 * @param keySecret secret part of its key
 * @param credits units of each pack, granted once, when the tenant is made
 * @param nodes addresses of all nodes that the page may use, its own among them; at most {@link
 *     #NODES_MAX}
 */
public record DevelopmentConfig(
    String tenant, String keyId, Secret keySecret, Credits credits, List<String> nodes) {
  static final int NODES_MAX = 10;

  private static final Pattern NODE = Pattern.compile("https?://[a-z0-9.-]{1,200}(:\\d{1,5})?");
  private static final Pattern TENANT = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final Pattern KEY_ID = Pattern.compile("[a-z0-9]{12}");

  public static DevelopmentConfig from(Section in) {
    String tenant = in.requireText("tenant");
    if (!TENANT.matcher(tenant).matches()) {
      throw in.error("tenant", "must be 1 to 63 of a-z, 0-9 and -, got " + tenant);
    }
    String keyId = in.requireText("key-id");
    if (!KEY_ID.matcher(keyId).matches()) {
      throw in.error("key-id", "must be 12 of a-z and 0-9, got " + keyId);
    }
    DevelopmentConfig config =
        new DevelopmentConfig(
            tenant,
            keyId,
            in.requireSecret("key-secret"),
            new Credits(BigDecimal.valueOf(in.requireLong("credits", 0, 1_000_000_000))),
            nodes(in));
    in.rejectUnknown();
    return config;
  }

  private static List<String> nodes(Section in) {
    List<String> nodes = in.texts("nodes");
    if (nodes.size() > NODES_MAX) {
      throw in.error("nodes", "must be at most " + NODES_MAX);
    }
    for (String node : nodes) {
      if (!NODE.matcher(node).matches()) {
        throw in.error("nodes", "must be addresses such as http://localhost:8082, got " + node);
      }
    }
    return nodes;
  }

  /** The whole key, as callers send it. Shown on the console of the development profile only. */
  public String presentedKey() {
    return "blk_" + keyId + "_" + keySecret.value();
  }
}
