package dev.backlot.simulator;

import dev.backlot.config.ConfigException;
import dev.backlot.config.SimulatorFault;
import dev.backlot.config.SimulatorFault.Kind;
import dev.backlot.config.SimulatorFault.Target;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Decides which faults hit a request. Each rule draws from a stream of its own, seeded by the
 * plan's seed and the rule's place, so the n-th request that a rule matches meets the same fate in
 * every run. Event loop only.
 */
final class FaultPlan {
  /** Rules in force at once; above it a new one is refused. */
  private static final int RULES_MAX = 1_000;

  /** External ids whose transient markers have done their work; the oldest are forgotten. */
  private static final int SPENT_MAX = 200_000;

  private final long seed;
  private final Duration horizon;
  private final List<FaultRule> rules = new ArrayList<>();
  private final SplittableRandom markerRandom;
  private final Set<String> spentMarkers =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
              return size() > SPENT_MAX;
            }
          });
  private long added;

  FaultPlan(long seed, Duration horizon) {
    this.seed = seed;
    this.horizon = horizon;
    this.markerRandom = new SplittableRandom(seed);
  }

  Duration horizon() {
    return horizon;
  }

  /** Puts all of the rules in force after those that are, or none when there is no room. */
  void add(List<SimulatorFault> faults, long now) {
    if (rules.size() + faults.size() > RULES_MAX) {
      throw new ConfigException("faults", "at most " + RULES_MAX + " rules in force");
    }
    for (SimulatorFault fault : faults) {
      rules.add(new FaultRule(fault, new SplittableRandom(seed + ++added), now));
    }
  }

  void clear() {
    rules.clear();
  }

  List<FaultRule> rules() {
    return List.copyOf(rules);
  }

  /** Rules first, then the markers of the prompt. */
  Mishaps onCreate(String prompt, @Nullable String externalId, long now) {
    return onRequest(Target.CREATE, prompt, externalId, now);
  }

  /** Likewise; a call has no id by which its repetition could be told. */
  Mishaps onCall(String words, long now) {
    return onRequest(Target.CALL, words, null, now);
  }

  private Mishaps onRequest(Target target, String words, @Nullable String externalId, long now) {
    List<SimulatorFault> marked = Markers.in(words, horizon);
    if (rules.isEmpty() && marked.isEmpty()) {
      return Mishaps.NONE;
    }
    List<Mishap> mishaps = hits(target, now);
    List<FaultRule> onCallbacks = new ArrayList<>();
    boolean repeated = !marked.isEmpty() && externalId != null && !spentMarkers.add(externalId);
    for (SimulatorFault fault : marked) {
      if (fault.target() == Target.CALLBACK) {
        onCallbacks.add(new FaultRule(fault, markerRandom.split(), now));
      } else if (!(repeated && isTransient(fault.fault()))) {
        mishaps.add(FaultRule.draw(fault, markerRandom));
      }
    }
    return new Mishaps(mishaps, onCallbacks);
  }

  /** Rules first, then those that the task's prompt asked for. */
  Mishaps onCallback(List<FaultRule> marked, long now) {
    List<Mishap> mishaps = hits(Target.CALLBACK, now);
    mishaps.addAll(hits(marked, Target.CALLBACK, now));
    return new Mishaps(mishaps, List.of());
  }

  Mishaps on(Target target, long now) {
    return rules.isEmpty() ? Mishaps.NONE : new Mishaps(hits(target, now), List.of());
  }

  private List<Mishap> hits(Target target, long now) {
    rules.removeIf(rule -> rule.isSpent(now));
    return hits(rules, target, now);
  }

  private static List<Mishap> hits(List<FaultRule> rules, Target target, long now) {
    List<Mishap> mishaps = new ArrayList<>();
    for (FaultRule rule : rules) {
      Mishap mishap = rule.hit(target, now);
      if (mishap != null) {
        mishaps.add(mishap);
      }
    }
    return mishaps;
  }

  /** A marker of these kinds hits only the first create with an external id: its retry gets on. */
  private static boolean isTransient(Kind kind) {
    return switch (kind) {
      case ERROR, BROKEN, HANG, RESET, LATE -> true;
      case MODERATE, LOST, SLOW, TRICKLE, INVISIBLE, STATUS, STUCK -> false;
      case MODERATE_TASK, FAIL, DEDUCT -> false;
      case DUPLICATE, REORDER, FORGE_STATUS, FORGE_TASK, MISSIGN -> false;
    };
  }
}
