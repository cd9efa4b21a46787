package dev.backlot.config;

/**
 * The tokens that tenants make for browsers.
 *
 * @param liveMax most live tokens of one tenant; beyond it 429. The demo tenant's page counts too
 */
public record StreamTokenConfig(int liveMax) {
  public static StreamTokenConfig from(Section in) {
    StreamTokenConfig config = new StreamTokenConfig(in.requireInt("live-max", 1, 100_000));
    in.rejectUnknown();
    return config;
  }
}
