package dev.backlot;

import dev.backlot.config.AppConfig;
import dev.backlot.config.ConfigException;
import dev.backlot.config.ConfigSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Entry point. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    List<String> settings = new ArrayList<>();
    for (int i = 0; i + 1 < args.length; i++) {
      if (args[i].equals("--set")) {
        settings.add(args[i + 1]);
      }
    }
    serve(new ConfigSource(Optional.empty(), settings, System.getenv()));
  }

  private static void serve(ConfigSource source) {
    Welcome welcome = new Welcome(System.out);
    try {
      AppConfig config = AppConfig.load(source);
      Node node = Node.start(config, welcome::doing);
      Runtime.getRuntime().addShutdownHook(new Thread(node::stop, "shutdown"));
      welcome.running(config, node);
    } catch (ConfigException wrong) {
      System.err.println(wrong.getMessage());
      System.exit(2);
    }
  }
}
