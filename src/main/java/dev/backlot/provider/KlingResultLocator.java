package dev.backlot.provider;

import dev.backlot.port.ResultLocator;
import java.util.Optional;

/** Reads the addresses in Kling's task payloads. */
public final class KlingResultLocator implements ResultLocator {
  @Override
  public Optional<String> sourceUrl(String raw, int n, boolean watermark) {
    return KlingPayloads.sourceUrl(raw, n, watermark);
  }
}
