package dev.backlot;

import dev.backlot.config.SimulatorConfig.Account;
import dev.backlot.simulator.SimulatorVerticle;
import java.io.PrintStream;

/** What somebody sees who tests a client of his own: where to point it, its keys, a first task. */
final class SimulatorWelcome {
  private static final String TOKEN =
      """
        b64() { openssl base64 -A | tr '+/' '-_' | tr -d '='; }
        head=$(printf '{"alg":"HS256","typ":"JWT"}' | b64)
        claims=$(printf '{"iss":"%s","exp":%d,"nbf":%d}' "$ACCESS_KEY" $(($(date +%s)+1800)) $(($(date +%s)-5)) | b64)
        token=$head.$claims.$(printf %s "$head.$claims" | openssl dgst -sha256 -hmac "$SECRET_KEY" -binary | b64)
      """;

  private final PrintStream out;
  private final String url;
  private final String control;

  SimulatorWelcome(PrintStream out, SimulatorVerticle simulator) {
    this.out = out;
    this.url = "http://localhost:" + simulator.port();
    this.control = "http://localhost:" + simulator.controlPort();
  }

  void running() {
    out.println("The Kling simulator is running. Stop it with Ctrl-C.");
    out.println();
    out.println("  API         " + url);
    out.println("  books       " + control + "/books");
    out.flush();
  }

  /** They open nothing but this simulator. */
  void keys(Account account) {
    out.println();
    out.println("Its account (development only; they open nothing else):");
    out.println();
    out.println("  API_KEY=" + account.apiKey().value());
    out.println("  ACCESS_KEY=" + account.accessKey().value());
    out.println("  SECRET_KEY=" + account.secretKey().value());
    out.println();
    out.println("A task in the newer dialect, and what became of it:");
    out.println();
    out.println(
        create(
            "/text-to-video/kling-3.0-turbo",
            "{\"prompt\":\"a paper boat\",\"options\":{\"external_task_id\":\"mine-1\"}}"));
    out.println(query("/tasks?external_task_ids=mine-1"));
    out.println();
    out.println("The same in the legacy dialect:");
    out.println();
    out.println(
        create(
            "/v1/videos/text2video",
            "{\"model_name\":\"kling-v2-6\",\"prompt\":\"a paper boat\","
                + "\"external_task_id\":\"mine-2\"}"));
    out.println(query("/v1/videos/text2video/mine-2"));
    out.println();
    out.println("A token in place of the API key, which the legacy dialect takes, too:");
    out.println();
    out.print(TOKEN);
    out.flush();
  }

  private String create(String path, String body) {
    return "  curl -s "
        + url
        + path
        + " -H \"Authorization: Bearer $API_KEY\" -H 'Content-Type: application/json' -d '"
        + body
        + "'";
  }

  private String query(String path) {
    return "  curl -s '" + url + path + "' -H \"Authorization: Bearer $API_KEY\"";
  }
}
