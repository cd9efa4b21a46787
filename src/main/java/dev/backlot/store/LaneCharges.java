package dev.backlot.store;

import dev.backlot.domain.job.JobId;
import dev.backlot.domain.schedule.FairShare.Candidate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;

/** What a claim charges the lanes of the jobs that it has taken. Used once. */
final class LaneCharges {
  private final Map<JobId, LaneHead> heads = new HashMap<>();
  private final TreeMap<LaneKey, Charge> charges = new TreeMap<>();

  /** Tags as they were when the claim began; charges since then. */
  private static final class Charge {
    private final double tag;
    private final double batchTag;
    private double charge;
    private double batchCharge;
    private int slots;

    /** Where the last job of it started. */
    private double time;

    private double batchTime;

    private Charge(LaneHead head) {
      this.tag = head.tag();
      this.batchTag = head.batchTag();
    }

    private double batchEnd() {
      return batchTag + batchCharge;
    }

    private void add(Candidate<LaneHead, LaneKey, LaneKey> job, int taken) {
      time = tag + charge;
      batchTime = batchTag + batchCharge;
      charge += job.charge();
      batchCharge += job.batchCharge();
      slots += taken;
    }
  }

  LaneCharges(List<LaneHead> locked) {
    locked.forEach(head -> heads.put(head.locked().queued().id(), head));
  }

  void charge(List<ClaimPlan.Taken> taken, Statements transaction) {
    for (ClaimPlan.Taken each : taken) {
      LaneHead head = heads.get(each.plan().job());
      if (head != null) {
        charges
            .computeIfAbsent(head.lane(), lane -> new Charge(head))
            .add(head.candidate(), each.plan().slots());
      }
    }
    List<LaneKey> keys = List.copyOf(charges.keySet());
    List<Charge> amounts = List.copyOf(charges.values());
    transaction.execute(
        ClaimSql.CHARGE,
        Rows.arguments(
            Rows.column(keys, LaneKey::pool, String[]::new),
            Rows.column(keys, LaneKey::slotClass, String[]::new),
            Rows.column(keys, key -> key.tenant().value(), UUID[]::new),
            Rows.column(keys, LaneKey::batch, UUID[]::new),
            Rows.column(amounts, each -> each.charge, Double[]::new),
            Rows.column(amounts, each -> each.batchCharge, Double[]::new),
            Rows.column(amounts, each -> each.slots, Integer[]::new),
            Rows.column(amounts, each -> each.time, Double[]::new),
            Rows.column(amounts, each -> each.batchTime, Double[]::new),
            Rows.column(amounts, Charge::batchEnd, Double[]::new)));
  }
}
