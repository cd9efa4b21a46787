package dev.backlot.ops;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.joran.spi.JoranException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.event.KeyValuePair;

/** The packaged log configuration, in both of its formats. */
class LogFormatTest {

  @Test
  void plain_lines_have_their_facts() throws JoranException {
    assertThat(line("plain")).contains("INFO").contains("job ended jobId=\"j-1\"");
  }

  @Test
  void what_is_logged_cannot_begin_a_line_of_its_own() throws JoranException {
    assertThat(line("plain").strip()).contains("x ERROR forged").doesNotContain("\n");
  }

  @Test
  void json_is_one_object_per_line_with_its_facts() throws JoranException {
    String line = line("json");

    assertThat(line.strip()).doesNotContain("\n");
    JsonObject json = new JsonObject(line);
    assertThat(json.getString("level")).isEqualTo("INFO");
    assertThat(json.getString("message")).isEqualTo("job ended");
    assertThat(json.getJsonArray("kvpList"))
        .isEqualTo(
            new JsonArray()
                .add(new JsonObject().put("jobId", "j-1"))
                .add(new JsonObject().put("state", "x\nERROR forged")));
  }

  /** One line as the appender of this format would write it. */
  private static String line(String format) throws JoranException {
    LoggerContext context = new LoggerContext();
    context.setMDCAdapter(new LogbackMDCAdapter());
    context.putProperty("LOG_FORMAT", format);
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    URL packaged = LogFormatTest.class.getResource("/logback.xml");
    configurator.doConfigure(Objects.requireNonNull(packaged));
    ch.qos.logback.classic.Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    ConsoleAppender<ILoggingEvent> appender =
        (ConsoleAppender<ILoggingEvent>) Objects.requireNonNull(root.getAppender(format));
    LoggingEvent event = new LoggingEvent("", root, Level.INFO, "job ended", null, new Object[0]);
    event.addKeyValuePair(new KeyValuePair("jobId", "j-1"));
    event.addKeyValuePair(new KeyValuePair("state", "x\nERROR forged"));
    return new String(appender.getEncoder().encode(event), StandardCharsets.UTF_8);
  }
}
