package dev.backlot.stream;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The client's own tests, on time and network of their own, and its types. */
class JavaScriptClientTest {
  private static final Path TESTS = Path.of("src/test/javascript");
  private static final Path SERVED = Path.of("target/javascript-client/backlot.mjs");

  @ParameterizedTest
  @MethodSource("tests")
  void the_client_keeps_its_word(String tests) throws Exception {
    ProcessBuilder node = node(List.of("--test", TESTS.resolve(tests).toString()));

    Program.requireSuccess(node);
  }

  @Test
  void the_types_let_through_what_may_be_written_and_nothing_else() throws Exception {
    Program tsc = Program.find("tsc", "node-typescript");

    Program.requireSuccess(
        tsc.with(
            List.of(
                "--noEmit",
                "--strict",
                "--exactOptionalPropertyTypes",
                "--target",
                "es2022",
                "--module",
                "es2022",
                "--moduleResolution",
                "node",
                "--lib",
                "es2022,dom",
                TESTS.resolve("types.ts").toString())));
  }

  @Test
  void the_served_file_is_all_there_is() {
    String module = ClientFiles.load().module().content().toString();

    assertThat(module.lines()).noneMatch(line -> line.startsWith("import "));
    assertThat(module.lines().filter(line -> line.startsWith("export ")))
        .containsExactly("export { BacklotError };", "export class BacklotStream {");
  }

  static List<String> tests() throws IOException {
    try (Stream<Path> files = Files.list(TESTS)) {
      List<String> names =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".test.mjs"))
              .sorted()
              .toList();
      assertThat(names).hasSizeGreaterThan(4);
      return names;
    }
  }

  /** Node with the client as it is served. */
  static ProcessBuilder node(List<String> arguments) {
    try {
      Files.createDirectories(SERVED.getParent());
      Path fresh = Files.createTempFile(SERVED.getParent(), "backlot", ".tmp");
      Files.write(fresh, ClientFiles.load().module().content().getBytes());
      Files.move(fresh, SERVED, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    ProcessBuilder node = Program.find("node", "nodejs").with(arguments);
    node.environment().put("BACKLOT_CLIENT", SERVED.toAbsolutePath().toString());
    return node;
  }
}
