package dev.backlot.domain.net;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Judges an http(s) address by its text alone: nothing is looked up. It keeps a caller from
 * pointing the provider at somebody's inside; a name that resolves to a private address is not
 * found here.
 */
public final class WebAddress {
  private static final int LENGTH_MAX = 2_048;
  private static final int PORT_MAX = 65_535;

  /** Of a name and of each of its labels (RFC 1035, section 2.3.4), in characters. */
  private static final int NAME_MAX = 253;

  private static final int LABEL_MAX = 63;
  private static final Pattern DOTTED_QUAD =
      Pattern.compile("(25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(25[0-5]|2[0-4]\\d|1?\\d?\\d)){3}");
  private static final Pattern NUMERIC_LABEL = Pattern.compile("\\d+|0x[0-9a-f]*");

  /** Names that are not of the public internet (RFC 6761, 6762, 8375, 9476). */
  private static final List<String> PRIVATE_ENDS =
      List.of("localhost", "local", "internal", "home.arpa", "lan", "intranet", "test", "invalid");

  private WebAddress() {}

  /** Whether the text means to be an address at all, right or wrong. */
  public static boolean isMeant(String text) {
    String start = text.stripLeading().toLowerCase(Locale.ROOT);
    return start.startsWith("http:") || start.startsWith("https:") || start.contains("://");
  }

  /**
   * With its scheme in lower case, which means the same (RFC 3986, section 3.1): the provider may
   * tell an address from base64 by its first letters.
   *
   * @param address without a problem
   */
  public static String normal(String address) {
    int end = address.indexOf(':');
    return address.substring(0, end).toLowerCase(Locale.ROOT) + address.substring(end);
  }

  /** What is wrong with it, in words after "must be"; empty when nothing is. */
  public static Optional<String> problem(String text) {
    if (text.length() > LENGTH_MAX) {
      return Optional.of("an address of at most " + LENGTH_MAX + " characters");
    }
    URI uri;
    try {
      uri = new URI(text);
    } catch (URISyntaxException malformed) {
      return Optional.of("a well-formed http(s) address");
    }
    boolean web =
        "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
    if (!web || uri.getHost() == null || uri.getRawUserInfo() != null) {
      return Optional.of("a well-formed http(s) address without a user name");
    }
    if (!isPossible(uri)) {
      return Optional.of("a well-formed http(s) address with a possible name and port");
    }
    return isPublic(uri.getHost().toLowerCase(Locale.ROOT))
        ? Optional.empty()
        : Optional.of("an address on the public internet");
  }

  private static boolean isPossible(URI uri) {
    boolean silent = uri.getPort() == -1;
    if (!silent && (uri.getPort() < 1 || uri.getPort() > PORT_MAX)) {
      return false;
    }
    String name = withoutRoot(uri.getHost());
    return name.startsWith("[")
        || (name.length() <= NAME_MAX
            && Stream.of(name.split("\\.", -1)).allMatch(label -> label.length() <= LABEL_MAX));
  }

  /** Without the dot that may end a name. */
  private static String withoutRoot(String host) {
    return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
  }

  private static boolean isPublic(String host) {
    if (host.startsWith("[") || DOTTED_QUAD.matcher(host).matches()) {
      return isPublicLiteral(host);
    }
    String name = withoutRoot(host);
    String last = name.substring(name.lastIndexOf('.') + 1);
    // Old ways of writing an IPv4 address, such as 127.1 or 0x7f000001.
    if (NUMERIC_LABEL.matcher(last).matches() || !name.contains(".")) {
      return false;
    }
    return PRIVATE_ENDS.stream().noneMatch(end -> name.endsWith("." + end));
  }

  private static boolean isPublicLiteral(String host) {
    try {
      // A literal: nothing is looked up.
      return PublicAddresses.contains(InetAddress.getByName(host));
    } catch (UnknownHostException notAnAddress) {
      return false;
    }
  }
}
