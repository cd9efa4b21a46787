package dev.backlot.config;

import java.net.URI;
import java.util.Optional;

/**
 * How the provider tells us of its tasks.
 *
 * @param url under which the provider reaches this installation's API; empty where it is not asked
 *     to call back, or asked to call this very node
 * @param self asks it to call this node: for a provider on the same machine
 * @param bodyLimit most bytes of one callback; beyond it 413
 * @param hintsMax most attempts that wait to be told, per event loop; beyond it a hint is dropped,
 *     and counted: polls find the same
 */
public record CallbackConfig(Optional<URI> url, boolean self, int bodyLimit, int hintsMax) {
  private static final String URL = "callback-url";
  private static final String SELF = "self";

  /** Nothing is asked of the provider. */
  public static CallbackConfig off() {
    return new CallbackConfig(Optional.empty(), false, 64 << 10, 20_000);
  }

  /**
   * @param in of the provider, whose other keys are read elsewhere
   */
  static CallbackConfig from(Section in) {
    String text = in.text(URL).orElse("");
    boolean self = text.equals(SELF);
    if (self && in.isProduction()) {
      throw in.error(URL, "must be an address in the production profile, got self");
    }
    return new CallbackConfig(
        text.isEmpty() || self ? Optional.empty() : Optional.of(BaseUrl.require(in, URL)),
        self,
        (int) in.requireBytes("callback-body-limit", 1 << 10, 1 << 20),
        in.requireInt("callback-hints-max", 1, 1_000_000));
  }

  /**
   * What the addresses of callbacks begin with; empty for none.
   *
   * @param http of this node; while its port is left to chance, nobody can be told of it
   */
  public Optional<URI> base(HttpConfig http) {
    if (!self) {
      return url;
    }
    if (http.port() == 0) {
      return Optional.empty();
    }
    String host = http.host().equals("0.0.0.0") ? "127.0.0.1" : http.host();
    String literal = host.contains(":") ? "[" + host + "]" : host;
    return Optional.of(URI.create("http://" + literal + ":" + http.port()));
  }
}
