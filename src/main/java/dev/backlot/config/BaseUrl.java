package dev.backlot.config;

import java.net.URI;
import java.net.URISyntaxException;

/** Reads the address that others are built upon: a host, perhaps with port and path. */
final class BaseUrl {
  private BaseUrl() {}

  /**
   * @return without a slash at its end; https in the production profile, else http or https
   */
  static URI require(Section in, String key) {
    String text = in.requireText(key);
    URI uri = parse(in, key, text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
    boolean https = "https".equals(uri.getScheme());
    if (!https && !"http".equals(uri.getScheme())) {
      throw in.error(key, "must start with https:// or http://, got " + text);
    }
    if (!https && in.isProduction()) {
      throw in.error(key, "must start with https:// in the production profile, got " + text);
    }
    if (uri.getHost() == null
        || uri.getRawQuery() != null
        || uri.getRawFragment() != null
        || uri.getRawUserInfo() != null) {
      throw in.error(key, "must be a host, perhaps with port and path, and nothing else");
    }
    return uri;
  }

  private static URI parse(Section in, String key, String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException malformed) {
      throw in.error(key, "must be an address such as https://host, got " + text);
    }
  }
}
