package dev.backlot.domain.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Tells addresses of the public internet from all others: the special-purpose registries of IANA
 * (RFC 6890 and its updates), and IPv6 forms that carry an IPv4 address inside.
 */
public final class PublicAddresses {
  private static final List<Block> SPECIAL_4 =
      blocks(
          "0.0.0.0/8",
          "10.0.0.0/8",
          "100.64.0.0/10",
          "127.0.0.0/8",
          "169.254.0.0/16",
          "172.16.0.0/12",
          "192.0.0.0/24",
          "192.0.2.0/24",
          "192.88.99.0/24",
          "192.168.0.0/16",
          "198.18.0.0/15",
          "198.51.100.0/24",
          "203.0.113.0/24",
          "224.0.0.0/3");

  /** All that may be routed; what lies outside is private, link-local, multicast or reserved. */
  private static final Block GLOBAL_6 = Block.parse("2000::/3");

  /** Inside it: Teredo and other protocol use, documentation, 6to4. */
  private static final List<Block> SPECIAL_6 =
      blocks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20");

  /** NAT64: the last four bytes are the IPv4 address that is really reached. */
  private static final Block NAT64 = Block.parse("64:ff9b::/96");

  private PublicAddresses() {}

  public static boolean contains(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      return !anyHolds(SPECIAL_4, bytes);
    }
    if (NAT64.holds(bytes)) {
      return !anyHolds(SPECIAL_4, Arrays.copyOfRange(bytes, 12, 16));
    }
    return GLOBAL_6.holds(bytes) && !anyHolds(SPECIAL_6, bytes);
  }

  private static boolean anyHolds(List<Block> blocks, byte[] address) {
    return blocks.stream().anyMatch(block -> block.holds(address));
  }

  private static List<Block> blocks(String... texts) {
    return Arrays.stream(texts).map(Block::parse).toList();
  }

  @SuppressWarnings("ArrayRecordComponent") // Never compared, never handed out.
  private record Block(byte[] start, int bits) {
    static Block parse(String text) {
      String[] parts = text.split("/");
      try {
        // A literal: nothing is looked up.
        return new Block(InetAddress.getByName(parts[0]).getAddress(), Integer.parseInt(parts[1]));
      } catch (UnknownHostException notALiteral) {
        throw new IllegalStateException(notALiteral);
      }
    }

    boolean holds(byte[] address) {
      if (address.length != start.length) {
        return false;
      }
      for (int bit = 0; bit < bits; bit++) {
        int mask = 0x80 >> (bit % Byte.SIZE);
        if (((address[bit / Byte.SIZE] ^ start[bit / Byte.SIZE]) & mask) != 0) {
          return false;
        }
      }
      return true;
    }
  }
}
