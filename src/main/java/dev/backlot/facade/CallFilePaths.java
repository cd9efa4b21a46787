package dev.backlot.facade;

import dev.backlot.domain.access.TenantId;
import dev.backlot.domain.call.CallId;

/** Makes the path of a file that a call has answered with, with a token in it that opens it. */
@FunctionalInterface
public interface CallFilePaths {
  /**
   * @param n which of the call's outputs
   */
  String path(TenantId tenant, CallId call, int n);
}
