package dev.backlot.http;

import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.batch.NewBatch;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A batch as it was sent: what is said of the whole, and its items, which are decoded one after the
 * other, so that nothing that is refused is kept. Used by one thread, not an event loop.
 */
public final class BatchBody {
  private static final String HEAD = "batch";

  /** Most bytes of all items with their defaults; above it the batch is refused as a whole. */
  private static final long WHOLE_MAX = 32L << 20;

  private static final String ITEMS = "items";
  private static final JsonObject ANY_ITEM = new JsonObject();

  private final Buffer body;
  private final Rules rules;

  /** Where the items begin, when each is a line; -1 when they are a member of one object. */
  private final int firstLine;

  private final JsonObject head;

  /**
   * @param whole the schema of a batch
   * @param item of one item, once the defaults are in it
   * @param itemLimit most bytes of one item
   */
  record Rules(SchemaRule whole, SchemaRule item, int itemLimit) {
    /** A validator is not known to serve several threads, and these are few. */
    private synchronized void check(SchemaRule rule, JsonObject value) {
      rule.check(value, "");
    }

    void checkHead(JsonObject head) {
      check(whole, head.copy().put(ITEMS, List.of(ANY_ITEM)));
    }

    void checkItem(JsonObject value) {
      check(item, value);
    }
  }

  /** Takes the items. */
  public interface Items {
    /**
     * What the next item is, right or wrong, before it is taken or refused.
     *
     * @param value as it was sent, without the defaults; an object as its map
     */
    void given(@Nullable Object value);

    /** Likewise of a line that is no JSON, or too long to be read. */
    void unreadable(Buffer line);

    /**
     * @param item in the form of the contract, the defaults in it
     */
    void item(int number, JsonObject item);

    void refused(int number, BacklotException why);
  }

  private BatchBody(Buffer body, Rules rules, int firstLine, JsonObject head) {
    this.body = body;
    this.rules = rules;
    this.firstLine = firstLine;
    this.head = head;
  }

  /**
   * Reads and checks what is said of the whole.
   *
   * @param lines whether the items are lines; the first of which may be the head: {@code {"batch":
   *     {...}}}
   */
  static BatchBody read(Buffer body, boolean lines, Rules rules) {
    BatchBody read = lines ? ofLines(body, rules) : ofObject(body, rules);
    rules.checkHead(read.head);
    return read;
  }

  private static BatchBody ofObject(Buffer body, Rules rules) {
    JsonObject head = JsonBody.parseWithout(ITEMS, body);
    return new BatchBody(body, rules, -1, head);
  }

  private static BatchBody ofLines(Buffer body, Rules rules) {
    int begin = Lines.next(body, 0);
    int end = Lines.end(body, begin);
    if (begin < body.length() && end - begin <= rules.itemLimit()) {
      try {
        JsonObject first = JsonBody.parse(body.slice(begin, end));
        if (first.size() == 1 && first.getValue(HEAD) instanceof JsonObject) {
          return new BatchBody(body, rules, end, first.getJsonObject(HEAD));
        }
      } catch (BacklotException broken) {
        // It is told when its turn as an item comes.
      }
    }
    return new BatchBody(body, rules, 0, new JsonObject());
  }

  /** What is said of the whole, without its items. */
  public JsonObject head() {
    return head;
  }

  /**
   * Each item once, in their order.
   *
   * @return how many there are, from 1 to {@link NewBatch#ITEMS_MAX}
   * @throws BacklotException when there are more or none, or when the whole is broken
   */
  public int each(Items items) {
    Counter counter = new Counter(items);
    if (firstLine < 0) {
      JsonBody.elements(ITEMS, body, counter::take);
    } else {
      for (int at = Lines.next(body, firstLine); at < body.length(); ) {
        int end = Lines.end(body, at);
        counter.takeLine(at, end);
        at = Lines.next(body, end);
      }
    }
    if (counter.count == 0) {
      throw number();
    }
    return counter.count;
  }

  private static BacklotException number() {
    return BacklotException.ofField(
        ErrorCode.INVALID_REQUEST,
        "/" + ITEMS,
        "A batch has 1 to " + NewBatch.ITEMS_MAX + " items.");
  }

  private final class Counter {
    private final Items items;
    private final @Nullable JsonObject defaults = head.getJsonObject("defaults");
    private final long defaultsLength = defaults == null ? 0 : defaults.encode().length();
    private long whole;
    private int count;

    Counter(Items items) {
      this.items = items;
    }

    private int next() {
      if (count == NewBatch.ITEMS_MAX) {
        throw number();
      }
      if (whole > WHOLE_MAX) {
        throw new BacklotException(
            ErrorCode.BODY_TOO_LARGE,
            "With its defaults written into every item the batch has more than %d MiB."
                .formatted(WHOLE_MAX >> 20));
      }
      return count++;
    }

    void takeLine(int begin, int end) {
      int number = next();
      try {
        give(number, read(body.slice(begin, end)));
      } catch (BacklotException refused) {
        items.refused(number, refused);
      }
    }

    private JsonObject read(Buffer line) {
      try {
        checkLength(withDefaults(line.length()));
        JsonObject item = JsonBody.parse(line);
        items.given(item.getMap());
        return item;
      } catch (BacklotException broken) {
        items.unreadable(line);
        throw broken;
      }
    }

    void take(@Nullable Object element, long length) {
      int number = next();
      items.given(element);
      try {
        checkLength(withDefaults(length));
        if (!(element instanceof Map<?, ?> object)) {
          throw BacklotException.ofField(
              ErrorCode.INVALID_REQUEST, "", "An item must be an object.");
        }
        give(number, new JsonObject(JsonBody.named(object)));
      } catch (BacklotException refused) {
        items.refused(number, refused);
      }
    }

    /** What the defaults add to every item counts: ten thousand times a little is a lot. */
    private long withDefaults(long length) {
      whole += length + defaultsLength;
      return length + defaultsLength;
    }

    private void checkLength(long length) {
      if (length > rules.itemLimit()) {
        throw new BacklotException(
            ErrorCode.BODY_TOO_LARGE,
            "An item may have at most " + rules.itemLimit() + " bytes; pass images by URL.");
      }
    }

    private void give(int number, JsonObject item) {
      JsonObject whole = defaults == null ? item : with(defaults, item);
      rules.checkItem(whole);
      items.item(number, whole);
    }
  }

  /** What an item says counts; of two objects, member by member. */
  private static JsonObject with(JsonObject defaults, JsonObject item) {
    JsonObject whole = defaults.copy();
    for (Map.Entry<String, Object> member : item) {
      Object otherwise = whole.getValue(member.getKey());
      if (otherwise instanceof JsonObject object && member.getValue() instanceof JsonObject own) {
        whole.put(member.getKey(), object.mergeIn(own));
      } else {
        whole.put(member.getKey(), member.getValue());
      }
    }
    return whole;
  }

  /** Lines of a text; empty ones count for nothing. */
  private static final class Lines {
    private Lines() {}

    static int next(Buffer text, int from) {
      int at = from;
      while (at < text.length() && isBlank(text.getByte(at))) {
        at++;
      }
      return at;
    }

    private static boolean isBlank(byte one) {
      return one == '\n' || one == '\r' || one == ' ' || one == '\t';
    }

    static int end(Buffer text, int begin) {
      int at = begin;
      while (at < text.length() && text.getByte(at) != '\n') {
        at++;
      }
      return at;
    }
  }
}
