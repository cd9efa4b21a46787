package dev.backlot;

import dev.backlot.http.Authentication;
import dev.backlot.http.MessageChecks;
import dev.backlot.http.MessageReplies;
import dev.backlot.intake.BusCommands;
import dev.backlot.intake.CommandVerticle;
import dev.backlot.intake.JobCommands;
import dev.backlot.intake.Quotes;
import dev.backlot.ops.ProblemMeter;
import dev.backlot.stream.StreamLoop;
import dev.backlot.stream.application.BusStreamVerticle;
import java.util.random.RandomGenerator;

/**
 * Makes what answers other applications on the event bus, of the parts that the API is made of.
 *
 * @param api whose routes do the same over HTTP
 * @param random nobody can foretell what it says
 */
record BusApi(ApiRoutes api, RandomGenerator random) {

  /** Submit, show, cancel and price jobs. */
  CommandVerticle commands() {
    BusCommands commands =
        new BusCommands(
            new Authentication(api.storage().keys(), api.clock()),
            api.storage().keys(),
            new MessageChecks(api.contract(), api.config().http().bodyLimit()),
            replies(),
            new JobCommands(
                api.catalog(),
                api.reach(),
                api.config().intake(),
                api.ids(),
                api.submit(),
                api.storage().jobs(),
                api.bus(),
                api.clock(),
                BusCommands.KEY_FIELD),
            new Quotes(api.catalog(), api.reach()),
            api.clock());
    return new CommandVerticle(api.bus(), commands, api.config().bus().commandsMax());
  }

  /** Send what happens to whoever subscribes. */
  BusStreamVerticle streams() {
    return new BusStreamVerticle(
        new StreamLoop(
            api.config().stream(),
            api.storage().log(),
            api.storage().keys(),
            api.hubs(),
            api.clock()),
        api.config().bus(),
        api.storage().ledger(),
        api.storage().alerts(),
        api.bus(),
        replies(),
        random);
  }

  private MessageReplies replies() {
    return new MessageReplies(new ProblemMeter(api.registry())::count);
  }
}
