package dev.backlot.sweep;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.job.TaskLookup;
import dev.backlot.port.Strays.Stray;
import dev.backlot.port.VideoProvider.Together;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The questions of one pass about the strays of one account: which is next, and when there should
 * be none any more. Confined to one event loop.
 */
final class Enquiry {
  /**
   * Silences in a row after which the account is left alone until the next pass. One or two may be
   * the fault of those tasks; after three of them the provider answers nobody, as far as we can
   * tell, and each more would cost a deadline and bring the breaker of its queries nearer to open.
   */
  static final int PATIENCE = 3;

  private final Deque<List<Stray>> questions = new ArrayDeque<>();
  private int silences;
  private boolean inGroup;

  /**
   * @param page in the order in which they are to be asked for; neighbours of the newer dialect
   *     together
   */
  void add(List<Stray> page) {
    List<Stray> group = new ArrayList<>();
    for (Stray stray : page) {
      if (!group.isEmpty() && !(isNewer(group.get(0)) && isNewer(stray) && hasRoom(group))) {
        questions.add(List.copyOf(group));
        group.clear();
      }
      group.add(stray);
    }
    if (!group.isEmpty()) {
      questions.add(List.copyOf(group));
    }
  }

  private static boolean hasRoom(List<Stray> group) {
    return group.size() < Together.BY_ID.most();
  }

  /** Whether such strays are asked for together. */
  static boolean isNewer(Stray stray) {
    return stray.dialect().equals(Dialect.PATH_PER_MODEL.text());
  }

  /** Those to ask for next; empty when all were asked for. */
  List<Stray> next() {
    List<Stray> group = questions.poll();
    return group == null ? List.of() : group;
  }

  /** Whether the account has answered none of the last questions. */
  boolean isSilent() {
    return silences >= PATIENCE;
  }

  /**
   * Whether those of the last group that got no answer come next. To stop here would be to pass
   * over them, in each pass that stops here.
   */
  boolean isInGroup() {
    return inGroup;
  }

  /**
   * Those of a group that got no answer are asked for alone, next: one whose query hangs would
   * otherwise silence its group in every pass. A silent group is not counted, its members are.
   *
   * @param answers one for each of the group
   */
  void answered(List<Stray> group, List<TaskLookup> answers) {
    boolean silence = answers.stream().allMatch(Enquiry::isSilence);
    inGroup = group.size() > 1 && answers.stream().anyMatch(Enquiry::isSilence);
    if (group.size() == 1) {
      silences = silence ? silences + 1 : 0;
      return;
    }
    silences = silence ? silences : 0;
    for (int i = group.size() - 1; i >= 0; i--) {
      if (isSilence(answers.get(i))) {
        questions.addFirst(List.of(group.get(i)));
      }
    }
  }

  private static boolean isSilence(TaskLookup answer) {
    return answer instanceof TaskLookup.Unclear unclear && unclear.providerCode() == 0;
  }
}
