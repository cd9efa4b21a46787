package dev.backlot.provider;

import static org.assertj.core.api.Assertions.assertThat;

import dev.backlot.config.CallsConfig;
import dev.backlot.domain.call.CallOutcome;
import dev.backlot.port.ProviderCalls;
import dev.backlot.port.ProviderCalls.Sending;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Calls at the wire: one that was sent is never sent again, so it must not be sent in vain. */
class KlingCallsTest {
  private static final CallsConfig CONFIG =
      new CallsConfig(
          Duration.ofSeconds(30), 8, 8, 1 << 20, 1 << 20, Duration.ZERO, Duration.ofSeconds(1));
  private static final Sending SPEECH =
      new Sending(KlingConfigs.ACCOUNT, "tts", "/v1/audio/tts", "{\"text\":\"a\"}", List.of());

  private KlingFixture kling;

  @BeforeEach
  void start() throws Exception {
    kling = new KlingFixture();
  }

  @AfterEach
  void stop() throws Exception {
    kling.close();
  }

  @Test
  void nothing_is_written_when_the_permit_says_no() throws Exception {
    ProviderCalls calls =
        kling.client(KlingConfigs.withKeyPair(kling.stub.address())).calls(CONFIG);

    CallOutcome outcome =
        KlingFixture.get(kling.onLoop(() -> calls.send(SPEECH, () -> false, late -> {})));

    assertThat(outcome).isInstanceOf(CallOutcome.NeverSent.class);
    assertThat(kling.stub.seen()).isEmpty();
  }
}
