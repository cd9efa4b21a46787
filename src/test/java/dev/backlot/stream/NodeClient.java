package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The JavaScript client in a Node process of its own: what it prints is kept until it is asked for.
 */
final class NodeClient implements AutoCloseable {
  private static final int SECONDS = 60;
  private static final Set<String> MESSAGES =
      Set.of("snapshot", "event", "live", "cursor_expired", "ended", "failed");

  private final Process process;
  private final BufferedWriter input;
  private final LinkedBlockingQueue<JsonObject> printed = new LinkedBlockingQueue<>();
  private final List<JsonObject> seen = new ArrayList<>();

  private NodeClient(Process process) {
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    Thread reader = new Thread(this::read, "node client");
    reader.setDaemon(true);
    reader.start();
  }

  /** What to follow, and as whom. */
  static JsonObject following(JsonObject target, List<String> nodes, String... tokens) {
    return new JsonObject()
        .put("target", target)
        .put("nodes", new JsonArray(nodes))
        .put("tokens", new JsonArray(List.of(tokens)));
  }

  static NodeClient start(JsonObject options) {
    try {
      return new NodeClient(
          JavaScriptClientTest.node(List.of("src/test/javascript/follow.mjs", options.encode()))
              .start());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  void say(String words) {
    try {
      input.write(words + "\n");
      input.flush();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  /** The next message, passing over what is told about the connection. */
  JsonObject next() {
    return await(line -> MESSAGES.contains(line.getString("type")));
  }

  JsonObject next(String type) {
    JsonObject message = next();
    assertThat(message.getString("type")).as(message.encode()).isEqualTo(type);
    return message;
  }

  /** The next event, whatever else is told before it. */
  JsonObject nextEvent() {
    return await(line -> line.getString("type").equals("event"));
  }

  /** Until the light shows this. */
  JsonObject awaitState(String state) {
    return await(line -> state.equals(line.getString("state")));
  }

  JsonObject await(Predicate<JsonObject> wanted) {
    try {
      for (; ; ) {
        JsonObject line = printed.poll(SECONDS, TimeUnit.SECONDS);
        if (line == null) {
          throw new AssertionError("nothing more was printed; before: " + seen);
        }
        seen.add(line);
        if (wanted.test(line)) {
          return line;
        }
      }
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** All that was asked for so far, of one type. */
  List<JsonObject> seen(String type) {
    return seen.stream().filter(line -> line.getString("type").equals(type)).toList();
  }

  private void read() {
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().map(JsonObject::new).forEach(printed::add);
    } catch (IOException | UncheckedIOException gone) {
      // The process was ended; what it printed before is kept.
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
