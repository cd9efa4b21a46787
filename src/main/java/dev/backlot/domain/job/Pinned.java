package dev.backlot.domain.job;

import java.util.Map;

/**
 * What a job uses of earlier ones, as the provider names it: only the account that made it knows
 * it, so no other may run the job.
 *
 * @param account that made all of it
 * @param ids the provider's ids, by where the input names them as a JSON pointer
 */
public record Pinned(String account, Map<String, String> ids) {
  public Pinned {
    ids = Map.copyOf(ids);
  }
}
