package dev.backlot;

import dev.backlot.cli.BacklotCommand;
import dev.backlot.config.AppConfig;
import dev.backlot.simulator.SimulatorServer;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

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
            .execute(args);
    System.exit(exitCode);
  }

  private static int serve(AppConfig config) {
    Welcome welcome = new Welcome(System.out);
    Node node = Node.start(config, welcome::doing);
    welcome.running(config, node);
    return untilStopped(node::stop);
  }

  private static int simulate(AppConfig config) {
    SimulatorServer simulator =
        Deployer.await(
            "starting the simulator",
            SimulatorServer.start(config.simulator(), InstantSource.system()));
    new Welcome(System.out).simulating(simulator.verticle());
    return untilStopped(() -> Deployer.await("stopping the simulator", simulator.close()));
  }

  /** The hook stops everything before the process ends; the main thread only waits. */
  private static int untilStopped(Runnable stop) {
    CountDownLatch never = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(stop, "shutdown"));
    try {
      never.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return 0;
  }
}
