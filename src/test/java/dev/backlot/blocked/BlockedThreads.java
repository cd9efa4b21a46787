package dev.backlot.blocked;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/**
 * Fails a test during which the blocked-thread checker of Vert.x has warned. Registered for every
 * test class by {@code META-INF/services}. The checker looks once a second, so a block in the last
 * moment of a test is charged to the test after it; the message has the blocked thread's stack.
 */
public final class BlockedThreads
    implements BeforeAllCallback, AfterEachCallback, AfterAllCallback {
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

  private static final class Warnings extends AppenderBase<ILoggingEvent> {
    private final ConcurrentLinkedQueue<String> messages = new ConcurrentLinkedQueue<>();

    @Override
    protected void append(ILoggingEvent event) {
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
