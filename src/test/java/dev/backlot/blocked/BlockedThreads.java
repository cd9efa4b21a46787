package dev.backlot.blocked;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a test during which the blocked-thread checker of Vert.x has warned. Registered for every
 * test class by {@code META-INF/services}. The checker looks once a second, so a block in the last
 * moment of a test is charged to the test after it; the message has the blocked thread's stack.
 * Time in which the whole process stood still is no block.
 */
public final class BlockedThreads
    implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
  /** As the checker says it: for how long, and how long it may be. */
  private static final Pattern BLOCKED =
      Pattern.compile("has been blocked for (\\d+) ms, time limit is (\\d+) ms");

  private static final Pauses PAUSES = Pauses.watch();
  private static final Warnings WARNINGS = new Warnings();

  static {
    Logger checker = (Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
    WARNINGS.setContext(checker.getLoggerContext());
    WARNINGS.start();
    checker.addAppender(WARNINGS);
  }

  /** The class of this extension is loaded, and so listening, before the first test. */
  @Override
  public void beforeAll(ExtensionContext context) {}

  @Override
  public void afterEach(ExtensionContext context) {
    failOnWarnings();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    failOnWarnings();
  }

  private static void failOnWarnings() {
    List<String> blocked = WARNINGS.take();
    if (!blocked.isEmpty()) {
      throw new AssertionError("a Vert.x thread was blocked: " + String.join("\n", blocked));
    }
  }

  /** Whether it would have been within its limit, had the process not stood still. */
  private static boolean isPause(String warning) {
    Matcher told = BLOCKED.matcher(warning);
    if (!told.find()) {
      return false;
    }
    Duration blocked = Duration.ofMillis(Long.parseLong(told.group(1)));
    Duration limit = Duration.ofMillis(Long.parseLong(told.group(2)));
    return blocked.minus(PAUSES.within(blocked)).compareTo(limit) < 0;
  }

  private static final class Warnings extends AppenderBase<ILoggingEvent> {
    private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
      if (isPause(event.getFormattedMessage())) {
        return;
      }
      StringBuilder text = new StringBuilder(event.getFormattedMessage());
      if (event.getThrowableProxy() != null) {
        for (var frame : event.getThrowableProxy().getStackTraceElementProxyArray()) {
          text.append("\n\t").append(frame.getSTEAsString());
        }
      }
      messages.add(text.toString());
    }

    List<String> take() {
      List<String> taken = new ArrayList<>();
      for (String next = messages.poll(); next != null; next = messages.poll()) {
        taken.add(next);
      }
      return taken;
    }
  }
}
