package dev.backlot.facade;

import dev.backlot.domain.job.ClientTask;
import dev.backlot.domain.job.Output;
import io.vertx.core.http.HttpServerRequest;

/**
 * Addresses of result files: at this service, with a token in them, so that a client fetches them
 * without a key as it does at Kling's. Each answer has new ones. Callable from any event loop.
 */
final class FileLinks {
  private final String publicUrl;
  private final FilePaths paths;

  /**
   * @param publicUrl scheme and host under which clients reach this service; empty for those that
   *     each request has come by
   */
  FileLinks(String publicUrl, FilePaths paths) {
    this.publicUrl = publicUrl;
    this.paths = paths;
  }

  TaskJson.Files from(HttpServerRequest request) {
    String origin =
        publicUrl.isEmpty() ? request.scheme() + "://" + request.authority() : publicUrl;
    return (ClientTask task, Output file, boolean watermark) ->
        origin + paths.path(task.tenant(), task.id(), file.n(), watermark);
  }
}
