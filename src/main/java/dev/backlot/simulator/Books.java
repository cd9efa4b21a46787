package dev.backlot.simulator;

import java.math.BigDecimal;
import java.util.Map;

/**
 * What the simulator itself counted, at one moment. {@code received = accepted + all of refused +
 * dropped + late}.
 *
 * @param received creates that arrived
 * @param accepted tasks made, late ones included
 * @param refused creates refused, by error code, injected errors and late ones included
 * @param duplicates those of the refused whose external id was taken
 * @param dropped creates that a fault ended without an envelope and without a task
 * @param late creates whose client was dropped and that are not decided yet
 * @param repeatedExternalIds external ids accepted more than once, with how often; stays empty
 *     unless the simulator is broken or external ids do not stay taken
 * @param billed exact units of the video pack that all ended tasks and calls cost
 * @param slots by slot class, {@code model/pack}
 * @param requests by route, whatever their answer
 * @param billedByPack exact units of all ended tasks and calls, by pack: {@code video}, {@code
 *     image}
 * @param callbacks what became of them
 * @param calls what became of requests that are answered at once, by call; the creates above leave
 *     them out, the bills have them
 */
public record Books(
    long received,
    long accepted,
    Map<Integer, Long> refused,
    long duplicates,
    long dropped,
    long late,
    Map<String, Integer> repeatedExternalIds,
    long succeeded,
    long failed,
    BigDecimal billed,
    Map<String, SlotUse> slots,
    Map<String, Long> requests,
    Map<String, BigDecimal> billedByPack,
    Callbacks callbacks,
    Map<String, CallUse> calls) {

  /**
   * {@code made = delivered + failed + dropped + lost + waiting}.
   *
   * @param made callbacks there were to send, duplicates and forged ones included
   * @param attempts requests made
   * @param delivered answered 2xx
   * @param failed given up after the last attempt
   * @param dropped not sent because too many were waiting
   * @param lost not sent because of a fault
   * @param forged of those made, the lies
   * @param waiting on their way: queued, held back, under way or to be repeated
   */
  public record Callbacks(
      long made,
      long attempts,
      long delivered,
      long failed,
      long dropped,
      long lost,
      long forged,
      int waiting) {}

  /**
   * {@code received = done + all of refused + dropped + late}, as for creates.
   *
   * @param done calls whose effect is there, whether or not their answer arrived
   * @param billed exact units
   */
  public record CallUse(
      long received,
      long done,
      Map<Integer, Long> refused,
      long dropped,
      long late,
      BigDecimal billed) {
    public CallUse {
      refused = Map.copyOf(refused);
    }
  }

  /**
   * @param inFlight slots held: one for a clip, one for each image
   * @param highWater most slots ever held at once
   * @param refused creates refused with 1303
   */
  public record SlotUse(int limit, int inFlight, int highWater, long refused) {}

  public Books {
    refused = Map.copyOf(refused);
    repeatedExternalIds = Map.copyOf(repeatedExternalIds);
    slots = Map.copyOf(slots);
    requests = Map.copyOf(requests);
    billedByPack = Map.copyOf(billedByPack);
    calls = Map.copyOf(calls);
  }
}
