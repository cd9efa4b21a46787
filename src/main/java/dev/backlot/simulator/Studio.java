package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.RenderMode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pretend Kling account: takes creates, renders, bills. Its state is a pure function of the
 * clock: each entry point first runs what has become due. Event loop only.
 */
final class Studio {
  /** Late creates that may wait at once; above it they are refused with 5001. */
  private static final int LATE_MAX = 100_000;

  /** Makes an 18-digit number of a start time, with room for 100 tasks in each millisecond. */
  private static final long NUMBERS_PER_MILLISECOND = 100_000;

  private final SimulatorClock clock;
  private final RenderMode mode;
  private final RenderTimes renderTimes;
  private final Agenda agenda = new Agenda();
  private final Counts counts = new Counts();
  private final Tasks tasks;
  private final Slots slots;
  private final Packs packs;
  private final Consumer<TaskPlan> journal;
  private long lastNumber;

  /**
   * @param journal told of every task when it is accepted
   */
  Studio(SimulatorConfig config, SimulatorClock clock, Consumer<TaskPlan> journal) {
    this.clock = clock;
    this.journal = journal;
    this.mode = config.rendering().mode();
    this.renderTimes = new RenderTimes(config.rendering(), config.seed());
    this.tasks = new Tasks(config.limits().tasks());
    this.slots = new Slots(config.account());
    this.packs = new Packs(config.account().packUnits(), config.limits().costsLag());
    this.lastNumber = clock.millis() * NUMBERS_PER_MILLISECOND;
  }

  /** Brings everything up to now, which it returns in milliseconds. */
  long catchUp() {
    long now = clock.millis();
    agenda.runDue(now);
    return now;
  }

  /**
   * Accepts a create now, or throws a {@link Refusal}. The answer to the client is none of its
   * business.
   */
  Task accept(TaskRequest request, TaskFaults faults) {
    return accept(request, faults, catchUp());
  }

  /** Decides about the create after the delay, when its client has long gone. */
  void acceptLater(TaskRequest request, TaskFaults faults, long delay) {
    if (counts.latePending() >= LATE_MAX) {
      throw new Refusal(KlingError.UNAVAILABLE);
    }
    counts.latePending(1);
    agenda.add(
        catchUp() + delay,
        at -> {
          counts.latePending(-1);
          try {
            accept(request, faults, at);
          } catch (Refusal refusal) {
            counts.refused(refusal.error().code());
          }
        });
  }

  /** By task id or external id, either will do (reference, section 3.1); null when not there. */
  @Nullable Task find(String id) {
    Task task = findByTaskId(id);
    return task != null ? task : findByExternalId(id);
  }

  @Nullable Task findByTaskId(String id) {
    long now = catchUp();
    boolean number = id.length() == 18 && id.chars().allMatch(c -> c >= '0' && c <= '9');
    return number ? shown(tasks.byNumber(Long.parseLong(id)), now) : null;
  }

  @Nullable Task findByExternalId(String externalId) {
    return shown(tasks.byExternalId(externalId), catchUp());
  }

  /** A page of a product's tasks, newest first. */
  List<Task> page(Product product, int pageNumber, int pageSize) {
    long now = catchUp();
    List<Task> page = tasks.newest(product, now, (pageNumber - 1) * pageSize, pageSize);
    page.forEach(task -> shown(task, now));
    return page;
  }

  /** What the filter wants among tasks with a number below {@code below}, newest first. */
  List<Task> newest(long below, int limit, TaskFilter filter) {
    long now = catchUp();
    List<Task> found = new ArrayList<>();
    for (Task task : tasks.before(below)) {
      if (filter.covers(task) && shown(task, now) != null && filter.hasStatus(task, now)) {
        found.add(task);
      }
      if (found.size() == limit) {
        break;
      }
    }
    return found;
  }

  Books books() {
    catchUp();
    return counts.books(tasks, packs, slots);
  }

  /** Tasks with a number above {@code number}, oldest first, hidden ones included. */
  List<BookedTask> booked(long number, int limit) {
    long now = catchUp();
    Collection<Task> page = tasks.after(number, limit);
    return page.stream().map(task -> task.booked(now)).toList();
  }

  Counts counts() {
    return counts;
  }

  Slots slots() {
    return slots;
  }

  Packs packs() {
    return packs;
  }

  /** Puts back a task that an earlier run had accepted. */
  void restore(TaskPlan plan) {
    agenda.runDue(plan.createdAt());
    lastNumber = Math.max(lastNumber, plan.number());
    enter(new Task(plan));
  }

  private Task accept(TaskRequest request, TaskFaults faults, long at) {
    check(request);
    Task task = new Task(plan(request, faults, at));
    enter(task);
    journal.accept(task.plan());
    return task;
  }

  private void enter(Task task) {
    counts.accepted();
    slots.take(task.request());
    tasks.add(task);
    long endsAt = task.plan().endsAt();
    if (endsAt <= task.plan().createdAt()) {
      end(task, endsAt);
      return;
    }
    if (endsAt < TaskPlan.ON_SIGHT) {
      agenda.add(endsAt, at -> end(task, at));
    }
  }

  /** Uniqueness comes first: a repeated create must hear of it even when all slots are taken. */
  private void check(TaskRequest request) {
    String externalId = request.externalId();
    if (externalId != null && tasks.byExternalId(externalId) != null) {
      counts.duplicate();
      throw Refusal.value("External_task_id " + externalId + " already exists");
    }
    if (packs.of(request.product().pack()).isUsedUp()) {
      throw new Refusal(KlingError.PACK_USED_UP);
    }
    if (slots.isFull(request)) {
      throw new Refusal(KlingError.SLOTS_FULL);
    }
    if (tasks.isFull()) {
      throw new Refusal(KlingError.UNAVAILABLE);
    }
  }

  private TaskPlan plan(TaskRequest request, TaskFaults faults, long at) {
    long render = mode == RenderMode.TIMED ? renderTimes.millis(request, counts.accepts() + 1) : 0;
    BigDecimal price = faults.failure().isEmpty() ? request.units() : BigDecimal.ZERO;
    BigDecimal billed = faults.billed() != null ? faults.billed() : price;
    return new TaskPlan(
        ++lastNumber,
        request,
        at,
        at + faults.invisible(),
        at + render / 10,
        endsAt(at + render, faults.stuck()),
        faults.failure(),
        billed);
  }

  private long endsAt(long rendered, long stuck) {
    if (stuck > 0) {
      return stuck == TaskPlan.NEVER ? stuck : rendered + stuck;
    }
    return mode == RenderMode.FIRST_QUERY ? TaskPlan.ON_SIGHT : rendered;
  }

  private void end(Task task, long at) {
    task.end(at);
    slots.free(task.request());
    packs.of(task.request().product().pack()).bill(task.plan().billed(), at);
    counts.ended(task.hasSucceeded());
    tasks.ended(task);
  }

  private @Nullable Task shown(@Nullable Task task, long now) {
    if (task == null || !task.isVisible(now)) {
      return null;
    }
    if (!task.hasEnded() && task.plan().endsAt() == TaskPlan.ON_SIGHT) {
      end(task, now);
    }
    return task;
  }
}
