package dev.backlot;

import dev.backlot.config.AppConfig;
import dev.backlot.config.DevelopmentConfig;
import java.io.PrintStream;

/** What a person sees at the start: what is happening, then where to look and what to paste. */
final class Welcome {
  private final PrintStream out;

  Welcome(PrintStream out) {
    this.out = out;
  }

  void doing(String what) {
    out.println("  ... " + what);
  }

  void running(AppConfig config, Node node) {
    String url = "http://localhost:" + node.httpPort();
    out.println();
    out.println("Backlot is running. Stop it with Ctrl-C; everything accepted survives.");
    out.println();
    out.println("  page        " + url + "/");
    out.println("  API         " + url + "/docs");
    out.println("  health      http://localhost:" + node.managementPort() + "/health/ready");
    out.println("  metrics     http://localhost:" + node.managementPort() + "/metrics");
    if (config.simulator().enabled()) {
      out.println(
          "  simulator   http://localhost:"
              + config.simulator().port()
              + "   its books: http://localhost:"
              + config.simulator().controlPort()
              + "/books");
    }
    config.development().ifPresent(development -> demo(development, url));
    out.println();
    out.flush();
  }

  private void demo(DevelopmentConfig development, String url) {
    String key = development.presentedKey();
    out.println("  demo key    " + key);
    out.println();
    out.println("Submit a job (the answer holds its id):");
    out.println();
    out.println(
        "  curl -s "
            + url
            + "/api/v1/jobs -H 'Authorization: Bearer "
            + key
            + "' -H 'Content-Type: application/json' -d '{\"kind\":\"text2video\",\"input\":"
            + "{\"model_name\":\"kling-v2-6\",\"prompt\":\"a paper boat drifts under a bridge\"}}'");
    out.println();
    out.println("Watch it (without an id: the newest job):");
    out.println();
    out.println("  java -jar target/backlot.jar watch --url " + url + " --key " + key);
  }
}
