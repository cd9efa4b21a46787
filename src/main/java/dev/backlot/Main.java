package dev.backlot;

import dev.backlot.cli.BacklotCommand;
import dev.backlot.config.AppConfig;
import dev.backlot.config.Profile;
import dev.backlot.drill.DrillCommand;
import dev.backlot.simulator.SimulatorServer;
import java.time.InstantSource;

/** Entry point: the command line, and the programs that run until they are stopped. */
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    int exitCode =
        BacklotCommand.commandLine(
                Main::serve,
                Main::simulate,
                new OneOffStore(),
                System.getenv(),
                InstantSource.system())
            .addSubcommand(new DrillCommand(InstantSource.system()))
            .execute(args);
    System.exit(exitCode);
  }

  private static int serve(AppConfig config) {
    Welcome welcome = new Welcome(System.out);
    return UntilStopped.run(
        closers -> welcome.running(config, Node.start(config, closers, welcome::doing)));
  }

  private static int simulate(AppConfig config) {
    return UntilStopped.run(
        closers -> {
          SimulatorServer simulator =
              Deployer.await(
                  "starting the simulator",
                  SimulatorServer.start(config.simulator(), InstantSource.system()));
          closers.add(
              "simulator", () -> Deployer.await("stopping the simulator", simulator.close()));
          SimulatorWelcome welcome = new SimulatorWelcome(System.out, simulator.verticle());
          welcome.running();
          if (config.profile() == Profile.DEVELOPMENT) {
            welcome.keys(config.simulator().account());
          }
        });
  }
}
