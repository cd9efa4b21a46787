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
    return at(origin(request));
  }

  /** Scheme and host by which the client of this request reaches us. */
  String origin(HttpServerRequest request) {
    return publicUrl.isEmpty() ? request.scheme() + "://" + request.authority() : publicUrl;
  }

  /**
   * For a client whose request is over.
   *
   * @param known what {@link #origin} was for it
   */
  TaskJson.Files later(String known) {
    return at(publicUrl.isEmpty() ? known : publicUrl);
  }

  private TaskJson.Files at(String origin) {
    return (ClientTask task, Output file, boolean watermark) ->
        origin + paths.path(task.tenant(), task.id(), file.n(), watermark);
  }
}
