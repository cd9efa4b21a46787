package dev.backlot.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.Secret;
import dev.backlot.config.SimulatorCallbacks;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CallbackSignerTest {
  private static final byte[] KEY =
      SimulatorCallbacks.key(new Secret("whsec_dGVzdHNlY3JldHRlc3RzZWNyZXR0ZXN0c2VjcmV0MTI="));
  private static final Buffer BODY =
      Buffer.buffer(
          "{\"id\":\"1234567890\",\"status\":\"succeeded\",\"message\":\"\","
              + "\"create_time\":1781080778802,\"update_time\":1781080794151}");
  private static final String SIGNATURE = "v1,UsKlJP00XoQyOn410NM9xv34sP+Gl0jnOO9Lcpr7NJ4=";

  @Test
  void the_vendors_example_comes_out() {
    assertThat(new CallbackSigner(List.of(KEY)).sign("9876543210", 1_781_080_794, BODY))
        .isEqualTo(SIGNATURE);
  }

  @Test
  void two_secrets_give_two_signatures() {
    byte[] other = "another one".getBytes(StandardCharsets.US_ASCII);

    String signatures =
        new CallbackSigner(List.of(other, KEY)).sign("9876543210", 1_781_080_794, BODY);

    assertThat(signatures).startsWith("v1,").endsWith(" " + SIGNATURE);
    assertThat(signatures.split(" ", -1)).hasSize(2).doesNotHaveDuplicates();
  }
}
