package dev.backlot.facade;

import dev.backlot.domain.job.ClientTask;
import dev.backlot.http.CallAnswer;

/** The creates and the calls of this node that are not answered. One per node, thread-safe. */
public final class PendingRequests {
  private final SameRequests<ClientTask> creates = new SameRequests<>();
  private final SameRequests<CallAnswer> calls = new SameRequests<>();

  SameRequests<ClientTask> creates() {
    return creates;
  }

  SameRequests<CallAnswer> calls() {
    return calls;
  }

  /** How many there are. */
  public int size() {
    return creates.size() + calls.size();
  }
}
