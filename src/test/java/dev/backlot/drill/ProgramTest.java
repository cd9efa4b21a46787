package dev.backlot.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramTest {
  @TempDir Path directory;

  /** A version before does not know every setting of the configuration that lies beside ours. */
  @Test
  void a_node_works_where_it_finds_no_configuration_of_another_version() {
    ProcessBuilder node =
        Program.before(Path.of("before.jar")).process(directory, List.of("serve"));

    assertThat(node.directory()).isEqualTo(directory.toFile());
    assertThat(node.command()).contains(Path.of("before.jar").toAbsolutePath().toString());
  }

  @Test
  void this_version_is_found_from_there_too() throws Exception {
    Process help =
        Program.ours()
            .process(directory, List.of("--help"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();

    assertThat(help.waitFor()).isZero();
  }
}
