package dev.backlot.config;

import dev.backlot.domain.credit.Credits;
import java.math.BigDecimal;
import java.util.regex.Pattern;

/**
 * The demo tenant, which exists in the development profile only.
 *
 * @param tenant its name
 * @param keyId public part of its key: 12 letters and digits
 * @param keySecret secret part of its key
 * @param credits units of each pack, granted once, when the tenant is made
 */
public record DevelopmentConfig(String tenant, String keyId, Secret keySecret, Credits credits) {
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
            new Credits(BigDecimal.valueOf(in.requireLong("credits", 0, 1_000_000_000))));
    in.rejectUnknown();
    return config;
  }

  /** The whole key, as callers send it. Shown on the console of the development profile only. */
  public String presentedKey() {
    return "blk_" + keyId + "_" + keySecret.value();
  }
}
