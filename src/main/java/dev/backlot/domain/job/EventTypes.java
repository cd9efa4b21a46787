package dev.backlot.domain.job;

import java.util.Arrays;
import java.util.List;

/** The names of the events of the log: {@code job.} and the state that a job has come to. */
public final class EventTypes {
  private static final String PREFIX = "job.";

  /** Every one that the transition table allows, in the order of the states. */
  public static final List<String> ALL =
      Arrays.stream(JobState.values()).map(EventTypes::of).toList();

  /** Those after which a job does not change any more. */
  public static final List<String> ENDS =
      Arrays.stream(JobState.values()).filter(JobState::isTerminal).map(EventTypes::of).toList();

  private EventTypes() {}

  public static String of(JobState state) {
    return PREFIX + state.text();
  }

  /** The state that a job has come to with an event of this type. */
  public static JobState state(String type) {
    return JobState.parse(type.substring(PREFIX.length()));
  }
}
