package dev.backlot.example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.bus.Address;
import dev.backlot.bus.Addresses;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The page quotes what another test runs. */
class EventBusPageTest {
  private static final Path PAGE = Path.of("src/site/markdown/event-bus.md");

  @Test
  void the_page_shows_the_application_that_is_tested() throws IOException {
    String source = Files.readString(Path.of("src/test/java/dev/backlot/example/Renders.java"));
    String shown = source.substring(source.indexOf("// begin\n") + 9, source.indexOf("// end"));

    assertThat(Files.readString(PAGE)).contains("```java\n" + shown.strip() + "\n```");
  }

  @ParameterizedTest
  @ValueSource(strings = {"infinispan.xml", "jgroups.xml"})
  void the_page_shows_the_files_that_are_tested(String name) throws IOException {
    String file = Files.readString(Path.of("src/test/resources/foreign", name));

    assertThat(Files.readString(PAGE)).contains("```xml\n" + file.strip() + "\n```");
  }

  @Test
  void every_command_is_on_the_page() throws IOException {
    assertThat(Files.readString(PAGE))
        .contains(Addresses.COMMANDS.stream().map(Address::name).toList());
  }
}
