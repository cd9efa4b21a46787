package dev.backlot.port;

import java.util.Optional;

/** Finds the provider's address of a result file in the raw payload of its task. */
public interface ResultLocator {
  /**
   * @param raw as in {@code TaskReport.Succeeded}
   * @param n position of the output, from 0
   * @param watermark the copy with a watermark is meant
   * @return an absolute address, never to be shown to a tenant
   */
  Optional<String> sourceUrl(String raw, int n, boolean watermark);
}
