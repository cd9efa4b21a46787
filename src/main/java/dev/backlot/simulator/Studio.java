package dev.backlot.simulator;

import dev.backlot.config.SimulatorConfig;
import dev.backlot.config.SimulatorConfig.RenderMode;
import dev.backlot.config.SimulatorQuirks;
import io.vertx.core.Vertx;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One pretend Kling account: takes creates and calls, renders, bills. Its state is a pure function
 * of the clock: each entry point first runs what has become due. Event loop only.
 */
final class Studio implements Library {
  /** Late creates that may wait at once; above it they are refused with 5001. */
  private static final int LATE_MAX = 100_000;

  /** Makes an 18-digit number of a start time, with room for 100 tasks in each millisecond. */
  private static final long NUMBERS_PER_MILLISECOND = 100_000;

  private final SimulatorClock clock;
  private final RenderMode mode;
  private final RenderTimes renderTimes;
  private final Agenda agenda;
  private final Alarm alarm;
  private final Counts counts = new Counts();
  private final Tasks tasks;
  private final Slots slots;
  private final Till till;
  private final SimulatorQuirks quirks;
  private final Callbacks callbacks;
  private final Consumer<TaskPlan> journal;
  private final Sessions sessions = new Sessions();
  private final Gate gate;
  private long lastNumber;

  /** Unfinished tasks and late creates whose creators want callbacks. */
  private long watched;

  /**
   * @param journal told of every task when it is accepted
   */
  Studio(
      Vertx vertx,
      SimulatorConfig config,
      SimulatorClock clock,
      Agenda agenda,
      Callbacks callbacks,
      Consumer<TaskPlan> journal) {
    this.clock = clock;
    this.agenda = agenda;
    this.alarm = new Alarm(vertx, clock, this::catchUp);
    this.callbacks = callbacks;
    this.quirks = config.quirks();
    this.journal = journal;
    this.mode = config.rendering().mode();
    this.renderTimes = new RenderTimes(config.rendering(), config.seed());
    this.tasks = new Tasks(config.limits().tasks());
    this.slots = new Slots(config.account(), quirks.slotsByMode());
    int tasksMax = config.limits().tasks();
    this.till = new Till(config.account(), config.limits().costsLag(), tasksMax);
    this.gate = new Gate(quirks, counts, tasks, slots, till);
    this.lastNumber = clock.millis() * NUMBERS_PER_MILLISECOND;
  }

  /** Brings everything up to now, which it returns in milliseconds. */
  long catchUp() {
    long now = clock.millis();
    agenda.runDue(now);
    watch();
    return now;
  }

  /**
   * Accepts a create or a call now, or throws a {@link Refusal}. The answer to the client is none
   * of its business.
   */
  Task accept(TaskRequest request, TaskFaults faults) {
    return accept(request, faults, catchUp());
  }

  /** Decides about the create after the delay, when its client has long gone. */
  void acceptLater(TaskRequest request, TaskFaults faults, long delay) {
    if (counts.latePending() + counts.calls().latePending() >= LATE_MAX) {
      throw new Refusal(KlingError.UNAVAILABLE);
    }
    late(request, 1);
    agenda.add(
        catchUp() + delay,
        at -> {
          late(request, -1);
          try {
            accept(request, faults, at);
          } catch (Refusal refusal) {
            refused(request.product(), refusal);
          }
        });
    watch();
  }

  /** By task id or external id, either will do (reference, section 3.1); null when not there. */
  @Nullable Task find(String id) {
    Task task = findByTaskId(id);
    return task != null ? task : findByExternalId(id);
  }

  @Nullable Task findByTaskId(String id) {
    boolean number = id.length() == 18 && id.chars().allMatch(c -> c >= '0' && c <= '9');
    Task task = number ? byNumber(Long.parseLong(id)) : null;
    return task == null || task.isCall() ? null : task;
  }

  /** Calls among them. */
  @Nullable Task byNumber(long number) {
    return shown(tasks.byNumber(number), catchUp());
  }

  @Nullable Task findByExternalId(String externalId) {
    return shown(tasks.byExternalId(externalId), catchUp());
  }

  /**
   * What made a clip, a sound, an element or a voice of this id; null when nothing did. Ids end
   * with their links (reference, section 3).
   */
  @Override
  public @Nullable Task made(String id) {
    Task task = Links.isMediaId(id) ? byNumber(Long.parseLong(Links.taskId(id))) : null;
    return task != null && task.hasSucceeded() ? task : null;
  }

  @Override
  public @Nullable Session session(String id) {
    return sessions.find(id, catchUp());
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
      if (!task.isCall()
          && filter.covers(task)
          && shown(task, now) != null
          && filter.hasStatus(task, now)) {
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
    return counts.books(tasks, till.packs(), slots, callbacks.books());
  }

  /** Tasks with a number above {@code number}, oldest first, hidden ones included. */
  List<BookedTask> booked(long number, int limit) {
    long now = catchUp();
    Collection<Task> page = tasks.after(number, limit, false);
    return page.stream().map(task -> task.booked(now)).toList();
  }

  /** Calls with a number above {@code number}, oldest first. */
  List<Task> calls(long number, int limit) {
    catchUp();
    return List.copyOf(tasks.after(number, limit, true));
  }

  Counts counts() {
    return counts;
  }

  Slots slots() {
    return slots;
  }

  Till till() {
    return till;
  }

  /** Puts back a task that an earlier run had accepted. */
  void restore(TaskPlan plan) {
    agenda.runDue(plan.createdAt());
    lastNumber = Math.max(lastNumber, plan.number());
    enter(new Task(plan, List.of()));
  }

  private Task accept(TaskRequest request, TaskFaults faults, long at) {
    gate.check(request, at);
    boolean call = request.product().isCall();
    TaskPlan plan = call ? planOfCall(request, faults, at) : plan(request, faults, at);
    Task task = new Task(plan, faults.onCallbacks());
    callbacks.changed(task, at);
    enter(task);
    journal.accept(task.plan());
    watch();
    return task;
  }

  private void enter(Task task) {
    if (task.isCall()) {
      finish(task);
      return;
    }
    counts.accepted();
    slots.take(task.request());
    tasks.add(task);
    watched(task.request(), 1);
    announce(task);
    long endsAt = task.plan().endsAt();
    if (endsAt <= task.plan().createdAt()) {
      end(task, endsAt);
      return;
    }
    if (endsAt < TaskPlan.ON_SIGHT) {
      agenda.add(endsAt, at -> end(task, at));
    }
  }

  /** A call holds no slot, and is over in the moment that it is answered. */
  private void finish(Task call) {
    long at = call.plan().createdAt();
    tasks.add(call);
    call.end(at);
    till.charge(call, at);
    tasks.ended(call);
    counts.calls().done(call);
    sessions.apply(call);
    delete(Deletion.of(call));
  }

  private void delete(String id) {
    Task made = Links.isMediaId(id) ? tasks.byNumber(Long.parseLong(Links.taskId(id))) : null;
    if (made != null) {
      made.delete();
    }
  }

  /** At its changes before its end. */
  private void announce(Task task) {
    TaskPlan plan = task.plan();
    if (task.callbacks() == null) {
      return;
    }
    announce(task, plan.startsAt());
    OddStatus odd = plan.oddStatus();
    if (odd != null && odd.until() < TaskPlan.ON_SIGHT) {
      announce(task, odd.until());
    }
  }

  private void announce(Task task, long change) {
    if (change < task.plan().endsAt()) {
      agenda.add(
          change,
          at -> {
            if (!task.hasEnded()) {
              callbacks.changed(task, at);
            }
          });
    }
  }

  private void late(TaskRequest request, int change) {
    if (request.product().isCall()) {
      counts.calls().latePending(request.product(), change);
    } else {
      counts.latePending(change);
    }
    watched(request, change);
  }

  private void refused(Product product, Refusal refusal) {
    int code = refusal.error().code();
    if (product.isCall()) {
      counts.calls().refused(product, code);
    } else {
      counts.refused(code);
    }
  }

  private void watched(TaskRequest request, int change) {
    watched += request.callback() == null ? 0 : change;
  }

  /** Callbacks go out on time although nobody looks. */
  private void watch() {
    if (watched > 0 || callbacks.isAnyWaiting()) {
      alarm.set(agenda.next());
    }
  }

  private TaskPlan plan(TaskRequest request, TaskFaults faults, long at) {
    long render = mode == RenderMode.TIMED ? renderTimes.millis(request, counts.accepts() + 1) : 0;
    boolean charged = faults.failure().isEmpty() || quirks.chargeFailed();
    BigDecimal price = charged ? request.units() : BigDecimal.ZERO;
    OddStatus odd = faults.oddStatus();
    BigDecimal billed = faults.billed() != null ? faults.billed() : price;
    return new TaskPlan(
        ++lastNumber,
        request,
        at,
        at + faults.invisible(),
        at + Math.max(1, render / 10),
        endsAt(at + render, faults.stuck()),
        faults.failure(),
        odd == null ? null : odd.from(at),
        billed);
  }

  private TaskPlan planOfCall(TaskRequest request, TaskFaults faults, long at) {
    String failure = request.product().call().canFail() ? faults.failure() : "";
    boolean charged = failure.isEmpty() || quirks.chargeFailed();
    BigDecimal price = charged ? request.units() : BigDecimal.ZERO;
    BigDecimal billed = faults.billed() != null ? faults.billed() : price;
    return new TaskPlan(++lastNumber, request, at, at, at, at, failure, null, billed);
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
    till.charge(task, at);
    counts.ended(task.hasSucceeded());
    tasks.ended(task);
    watched(task.request(), -1);
    callbacks.changed(task, at);
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
