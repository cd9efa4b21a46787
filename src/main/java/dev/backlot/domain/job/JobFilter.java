package dev.backlot.domain.job;

import java.util.Set;

/** Which jobs a list shows. An empty set of states means all. */
public record JobFilter(Set<JobState> states) {
  public JobFilter {
    states = Set.copyOf(states);
  }
}
