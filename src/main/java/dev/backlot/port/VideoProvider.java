package dev.backlot.port;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.LookupBy;
import dev.backlot.domain.input.PartPlace;
import dev.backlot.domain.job.SubmitOutcome;
import dev.backlot.domain.job.TaskLookup;
import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * One provider of video generation. Calls never fail: every way they can end is a value. Callable
 * from any event loop; the future completes on the loop that called.
 */
public interface VideoProvider {

  /**
   * Everything a create needs, fixed when the attempt was committed.
   *
   * @param path product path, for example {@code /v1/videos/text2video}
   * @param externalId our id, already inside {@code body}
   * @param sentBefore an earlier send of this attempt is, or may be, unknown: a refusal then proves
   *     nothing
   * @param pack the type of resource pack that pays for it, such as {@code image}
   * @param parts long values, in the order of the objects in {@code body} ({@link PartPlace}) in
   *     whose places they belong, as strings; not to be written to
   */
  record Create(
      String account,
      String dialect,
      String path,
      String externalId,
      String body,
      boolean sentBefore,
      String pack,
      List<byte[]> parts) {
    public Create {
      parts = List.copyOf(parts);
    }

    /** One whose body is whole. */
    public Create(
        String account,
        String dialect,
        String path,
        String externalId,
        String body,
        boolean sentBefore,
        String pack) {
      this(account, dialect, path, externalId, body, sentBefore, pack, List.of());
    }
  }

  /**
   * Names a task for a query.
   *
   * @param lookup the first way of asking
   * @param firstSentAt how far back a list has to be read before "not there" may be believed
   */
  record ByExternalId(
      String account,
      String dialect,
      String path,
      LookupBy lookup,
      String externalId,
      Instant firstSentAt) {}

  record ByTaskId(String account, String dialect, String path, String taskId) {}

  /**
   * Sends one create.
   *
   * @param permit asked on the event loop right before the socket write; when it says no, nothing
   *     is written and the outcome is {@code NeverSent}
   * @param late told at most once, when an answer arrives after the deadline had already made the
   *     outcome {@code Unknown}
   */
  Future<SubmitOutcome> create(Create create, BooleanSupplier permit, Consumer<SubmitOutcome> late);

  /** How running tasks of one account and dialect are asked for. */
  enum Together {
    SINGLY(1),
    /** Up to twenty in one request, of any product (Kling reference, section 3.1). */
    BY_ID(20),
    /** All of one path, in the pages of its list; the most that one page shows. */
    BY_LIST(500);

    private final int most;

    Together(int most) {
      this.most = most;
    }

    /** Tasks of one {@link VideoProvider#queryAll}. */
    public int most() {
      return most;
    }
  }

  /** How {@link #queryAll} may be asked for such tasks; {@code SINGLY} when not at all. */
  default Together together(String account, String dialect) {
    return dialect.equals(Dialect.PATH_PER_MODEL.text()) ? Together.BY_ID : Together.SINGLY;
  }

  /** Asks what became of a task whose id we know. */
  Future<TaskLookup> query(ByTaskId task);

  /**
   * Asks what became of several tasks at once. {@code NotThere} for a task that the answer leaves
   * out says nothing of the others, nor that it has gone: a group may leave out what {@link #query}
   * shows. An error is {@code Unclear} for all that it concerns.
   *
   * @param tasks of one account, as many as {@link #together} allows for the first: of whatever
   *     dialect and path where they go by id, of one path where they are read from its list
   * @return an answer for each, in their order
   */
  Future<List<TaskLookup>> queryAll(List<ByTaskId> tasks);

  /**
   * Looks for a task by our own id. Answers {@code NotThere} only when two independent ways of
   * asking agree (promise P2).
   */
  Future<TaskLookup> lookUp(ByExternalId attempt);
}
