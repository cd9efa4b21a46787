package dev.backlot.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Ports for processes that are told theirs before they start. They are below those that a system
 * gives to outgoing connections and to servers that take any: one of those could be taken between
 * our look and the start of the process, or while it is down. Nor does another JVM that tests on
 * this machine get one of them, for as long as this one lives. Thread-safe.
 */
public final class FreePorts {
  private static final int FROM = 10_000;
  private static final int TO = 32_000;

  /** Of which the byte at a port's place is locked by the JVM that has it. */
  private static final FileChannel GIVEN_ANYWHERE = open();

  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private FreePorts() {}

  public static int next() {
    for (; ; ) {
      int port = ThreadLocalRandom.current().nextInt(FROM, TO);
      if (GIVEN.add(port) && isOurs(port) && isFree(port)) {
        return port;
      }
    }
  }

  /** What is locked once stays so. */
  private static boolean isOurs(int port) {
    try {
      @Nullable FileLock lock = GIVEN_ANYWHERE.tryLock(port, 1, false);
      return lock != null;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
    }
  }

  private static FileChannel open() {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "backlot-test-ports");
    try {
      return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
