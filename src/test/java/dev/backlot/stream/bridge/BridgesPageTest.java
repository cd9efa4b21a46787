package dev.backlot.stream.bridge;

import static java.util.stream.Collectors.toMap;
import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Address;
import dev.backlot.bus.Addresses;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The page about the bridges says what they do. Its programs are run elsewhere. */
class BridgesPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/bridges.md");
  private static final Pattern WORD =
      Pattern.compile("\\| `([a-z_]+)` \\| ([A-Z_]+) \\| \\S.* \\|");
  private static final Pattern SEND = Pattern.compile("\\| `send` \\| `([a-z.0-9]+)` \\|");

  @Test
  void every_refusal_is_explained() {
    Map<String, String> explained =
        WORD.matcher(page()).results().collect(toMap(row -> row.group(1), row -> row.group(2)));

    assertThat(explained)
        .isEqualTo(
            Arrays.stream(BridgeRefusal.values())
                .map(refusal -> new JsonObject(refusal.message(null)))
                .collect(
                    toMap(
                        said -> said.getString("message"), said -> said.getString("failureType"))));
  }

  @Test
  void every_address_that_can_be_sent_to_is_explained() {
    assertThat(SEND.matcher(page()).results().map(row -> row.group(1)).collect(toSet()))
        .isEqualTo(Addresses.COMMANDS.stream().map(Address::name).collect(toSet()));
  }

  @Test
  void the_bounds_are_those_of_the_code() {
    assertThat(page())
        .contains("at most " + BridgeServices.COMMANDS_MAX + " commands at a time")
        .contains("within " + BridgeServices.COMMAND_TIMEOUT.toSeconds() + " seconds")
        .contains("was refused " + BridgeServices.REFUSALS_MAX + " times is closed")
        .contains("at most " + BridgeMessage.ADDRESS_LENGTH_MAX + " characters")
        .contains("`" + BridgeSession.EVENTS + "`");
  }

  private static String page() {
    try {
      return Files.readString(PAGE);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }
}
