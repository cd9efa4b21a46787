package dev.backlot.domain.schedule;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Start-time fair queueing on two levels (Goyal, Vin, Cheng, "Start-time Fair Queuing", 1996): a
 * job starts at its lane's tag and moves it on by its cost divided by the lane's weight; the lowest
 * start goes first. Tenants compete with one another by their lanes, a tenant's batches only among
 * themselves. Inside a batch the given order stays. Pure.
 */
public final class FairShare {
  private FairShare() {}

  /**
   * A job that may be claimed, and where its lane and its batch stand.
   *
   * @param lane compared by equality; all its candidates have its tag and weight
   * @param batch likewise, inside its lane
   * @param tag virtual time at which the lane's next job starts
   * @param cost above zero
   */
  public record Candidate<J, L, B>(
      J job,
      L lane,
      double tag,
      int weight,
      B batch,
      double batchTag,
      int batchWeight,
      double cost) {

    /** How far this job moves its lane on. */
    public double charge() {
      return cost / weight;
    }

    /** How far it moves its batch on. */
    public double batchCharge() {
      return cost / batchWeight;
    }
  }

  private record Start<C>(C candidate, double at) {}

  /**
   * @param candidates of one class, each batch's in their own order
   * @return the order in which they would be claimed
   */
  public static <J, L, B> List<Candidate<J, L, B>> order(List<Candidate<J, L, B>> candidates) {
    List<Start<Candidate<J, L, B>>> starts = new ArrayList<>(candidates.size());
    for (List<Candidate<J, L, B>> lane : groups(candidates, Candidate::lane)) {
      double at = lane.get(0).tag();
      for (Candidate<J, L, B> next : insideLane(lane)) {
        starts.add(new Start<>(next, at));
        at += next.charge();
      }
    }
    return inOrder(starts);
  }

  private static <J, L, B> List<Candidate<J, L, B>> insideLane(List<Candidate<J, L, B>> lane) {
    List<Start<Candidate<J, L, B>>> starts = new ArrayList<>(lane.size());
    for (List<Candidate<J, L, B>> batch : groups(lane, Candidate::batch)) {
      double at = batch.get(0).batchTag();
      for (Candidate<J, L, B> next : batch) {
        starts.add(new Start<>(next, at));
        at += next.batchCharge();
      }
    }
    return inOrder(starts);
  }

  private static <C, K> Iterable<List<C>> groups(List<C> all, Function<C, K> key) {
    Map<K, List<C>> groups = new LinkedHashMap<>();
    all.forEach(each -> groups.computeIfAbsent(key.apply(each), k -> new ArrayList<>()).add(each));
    return groups.values();
  }

  /** A stable sort: what starts at the same time keeps the order in which it was given. */
  private static <C> List<C> inOrder(List<Start<C>> starts) {
    starts.sort(Comparator.comparingDouble(Start::at));
    return starts.stream().map(Start::candidate).toList();
  }
}
