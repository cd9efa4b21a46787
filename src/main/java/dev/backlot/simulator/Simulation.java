package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorFault;
import dev.backlot.config.SimulatorQuirks;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.util.List;

/** Puts the parts of one simulator together. Event loop only. */
final class Simulation {
  private final Studio studio;
  private final FaultPlan faults;
  private final Paintings paintings;
  private final Journal journal;
  private final CallbackSender sender;
  private final Router api;
  private final Router control;

  /**
   * @param opened the journal with the tasks of earlier runs
   */
  Simulation(Vertx vertx, SimulatorConfig config, SimulatorClock clock, Journal.Opened opened) {
    journal = opened.journal();
    faults = new FaultPlan(config.seed(), config.limits().horizon());
    paintings = new Paintings(vertx);
    Links links = new Links(config);
    TaskJson taskJson = new TaskJson(links, config.account().charges());
    Agenda agenda = new Agenda();
    CallbackCounts callbackCounts = new CallbackCounts();
    sender = new CallbackSender(vertx, config.callbacks(), clock, callbackCounts);
    Callbacks callbacks =
        new Callbacks(
            config.callbacks(),
            faults,
            agenda,
            new CallbackJson(taskJson),
            callbackCounts,
            sender,
            clock);
    studio = new Studio(vertx, config, clock, agenda, callbacks, journal::append);
    opened.plans().forEach(studio::restore);
    SimulatorQuirks quirks = config.quirks();
    Pace pace = new Pace(quirks.requestsPerSecond());
    Answers answers = new Answers(vertx, config.seed());
    Authenticator authenticator = new Authenticator(config.account(), quirks);
    Costs costs = new Costs(studio, config.account().charges(), clock.millis());

    api = Router.router(vertx);
    int bodyMax = config.limits().body();
    new CreateRoutes(studio, faults, authenticator, clock, answers, journal, bodyMax, quirks, pace)
        .mount(api);
    new CallRoutes(
            studio,
            faults,
            authenticator,
            clock,
            answers,
            new CallJson(links, taskJson, studio),
            journal,
            bodyMax,
            quirks,
            pace)
        .mount(api);
    new QueryRoutes(
            studio,
            faults,
            authenticator,
            clock,
            answers,
            taskJson,
            new ElementJson(links),
            costs,
            pace,
            quirks.crossProductQuery())
        .mount(api);
    new MediaRoutes(studio, faults, links, paintings, answers).mount(api);
    mountErrors(api, answers);

    control = Router.router(vertx);
    new ControlRoutes(studio, faults, clock).mount(control);
    addFaults(config.faults());
  }

  Router api() {
    return api;
  }

  Router control() {
    return control;
  }

  Studio studio() {
    return studio;
  }

  void addFaults(List<SimulatorFault> rules) {
    faults.add(rules, studio.catchUp());
  }

  void clearFaults() {
    faults.clear();
  }

  Future<Void> close() {
    return Future.join(paintings.close(), journal.close(), sender.close()).mapEmpty();
  }

  private static void mountErrors(Router api, Answers answers) {
    refuse(api, answers, 404, 404, KlingError.RESOURCE_UNKNOWN);
    refuse(api, answers, 405, 404, KlingError.METHOD_INVALID);
    refuse(api, answers, 413, 413, KlingError.PARAMETERS_INVALID);
    refuse(api, answers, 500, 500, KlingError.INTERNAL);
  }

  private static void refuse(Router api, Answers answers, int on, int status, KlingError error) {
    api.errorHandler(
        on,
        ctx -> answers.refuse(ctx.response(), status, error.code(), error.message(), Mishaps.NONE));
  }
}
