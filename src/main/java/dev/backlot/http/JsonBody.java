package dev.backlot.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import dev.backlot.domain.input.Part;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request body that must be one JSON object: exact numbers, no duplicate members, nothing
 * after it, and nothing that PostgreSQL could not store as jsonb.
 */
public final class JsonBody {
  static final int MAX_DEPTH = 32;
  static final int MAX_NUMBER_LENGTH = 40;
  private static final int MAX_EXPONENT = 40;
  private static final int MAX_NAME_LENGTH = 1_000;
  private static final String WITH_PARTS = "input";

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          // Names come from callers: interning them would let a caller fill the symbol table.
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .build())
          .build();

  /** Remembers no names: there may be millions. */
  private static final JsonFactory SYNTAX =
      JSON.rebuild().disable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final JsonParser parser;
  private final Map<Integer, Part> parts;

  /** Strings so far, names counted too. */
  private int strings;

  private final boolean anywhere;

  /** Whether strings may be parts here. */
  private boolean keepsParts;

  private JsonBody(JsonParser parser, Map<Integer, Part> parts, boolean anywhere) {
    this.parser = parser;
    this.parts = parts;
    this.anywhere = anywhere;
    this.keepsParts = anywhere;
  }

  /**
   * Numbers become Integer, Long, BigInteger or BigDecimal.
   *
   * @throws BacklotException INVALID_JSON, naming the place and never quoting the body
   */
  public static JsonObject parse(Buffer body) {
    return parse(body, Map.of(), false);
  }

  /**
   * The same of a body whose long strings were cut out: inside the object {@code input} they are
   * {@link Part}s in the tree, and strings everywhere else.
   *
   * @param anywhere whether all of it is an input
   * @throws BacklotException INVALID_JSON also for a member whose name was cut out
   */
  static JsonObject parse(BodyCutter.Cut cut, boolean anywhere) {
    return parse(cut.rest(), cut.parts(), anywhere);
  }

  /**
   * Only whether it is UTF-8 and JSON at all, for a body that is too large to be read: nothing of
   * it is kept. Takes as long as the body is.
   *
   * @throws BacklotException INVALID_JSON
   */
  static void checkSyntax(byte[] body) {
    CharsetDecoder strict = StandardCharsets.UTF_8.newDecoder();
    Reader text = new InputStreamReader(new ByteArrayInputStream(body), strict);
    try (JsonParser parser = SYNTAX.createParser(text)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("The body must be one JSON object.");
      }
      parser.skipChildren();
      if (parser.nextToken() != null) {
        throw invalid("There is more after the JSON object.");
      }
    } catch (JsonProcessingException broken) {
      throw invalid("The JSON is broken or too deep.");
    } catch (IOException unreadable) {
      throw invalid("The body could not be read as UTF-8 JSON.");
    }
  }

  private static JsonObject parse(Buffer body, Map<Integer, Part> parts, boolean anywhere) {
    try (JsonParser parser = JSON.createParser(text(body))) {
      return new JsonBody(parser, parts, anywhere).whole();
    } catch (JsonProcessingException broken) {
      throw invalid("The JSON is broken or too deep" + place(broken) + ".");
    } catch (IOException unreadable) {
      throw invalid("The body could not be read as UTF-8 JSON.");
    }
  }

  /**
   * One object, but for a member that may be long: of its value only the syntax is looked at.
   *
   * @throws BacklotException INVALID_JSON
   */
  static JsonObject parseWithout(String member, Buffer body) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    members(
        body,
        (name, reader) -> {
          if (name.equals(member)) {
            reader.parser.skipChildren();
          } else {
            object.put(name, reader.value());
          }
        });
    return new JsonObject(object);
  }

  /** Takes the elements of an array. */
  interface ElementReader {
    /**
     * @param element any value; an object as its map
     * @param length characters that it was written with
     */
    void read(@Nullable Object element, long length);
  }

  /**
   * The elements of one member of an object, one after the other: nothing of them is kept.
   *
   * @throws BacklotException INVALID_JSON; INVALID_REQUEST when the member is no array
   */
  static void elements(String member, Buffer body, ElementReader each) {
    members(
        body,
        (name, reader) -> {
          if (!name.equals(member)) {
            reader.parser.skipChildren();
            return;
          }
          if (reader.parser.currentToken() != JsonToken.START_ARRAY) {
            throw BacklotException.ofField(
                ErrorCode.INVALID_REQUEST, "/" + member, "/" + member + " must be an array.");
          }
          while (reader.parser.nextToken() != JsonToken.END_ARRAY) {
            long begin = reader.parser.currentTokenLocation().getCharOffset();
            Object element = reader.value();
            each.read(element, reader.parser.currentLocation().getCharOffset() - begin);
          }
        });
  }

  /** What {@link #elements} has read. */
  @SuppressWarnings("unchecked") // Every object of this parser has names only.
  static Map<String, Object> named(Map<?, ?> object) {
    return (Map<String, Object>) object;
  }

  private interface MemberReader {
    void read(String name, JsonBody reader) throws IOException;
  }

  /** Each member of the one object that the body must be; its value comes next. */
  private static void members(Buffer body, MemberReader each) {
    try (JsonParser parser = JSON.createParser(text(body))) {
      JsonBody reader = new JsonBody(parser, Map.of(), false);
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("The body must be one JSON object.");
      }
      while (parser.nextToken() != JsonToken.END_OBJECT) {
        String name = storable(parser.currentName());
        parser.nextToken();
        each.read(name, reader);
      }
      if (parser.nextToken() != null) {
        throw invalid("There is more after the JSON object.");
      }
    } catch (JsonProcessingException broken) {
      throw invalid("The JSON is broken or too deep" + place(broken) + ".");
    } catch (IOException unreadable) {
      throw invalid("The body could not be read as UTF-8 JSON.");
    }
  }

  private JsonObject whole() throws IOException {
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      throw invalid("The body must be one JSON object.");
    }
    Map<String, @Nullable Object> object = members(true);
    if (parser.nextToken() != null) {
      throw invalid("There is more after the JSON object.");
    }
    return new JsonObject(object);
  }

  /**
   * Without a symbol table the parser would replace bytes that are not UTF-8 instead of failing.
   */
  private static String text(Buffer body) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
  }

  private Map<String, @Nullable Object> members(boolean outermost) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = name();
      JsonToken begin = parser.nextToken();
      if (outermost && !anywhere) {
        // The contract looks at the member itself, so that must never be a part.
        keepsParts = name.equals(WITH_PARTS) && begin == JsonToken.START_OBJECT;
      }
      object.put(name, value());
    }
    return object;
  }

  private String name() throws IOException {
    if (parts.containsKey(strings++)) {
      throw invalid("A member's name must have at most " + MAX_NAME_LENGTH + " characters.");
    }
    return storable(parser.currentName());
  }

  private Object string() throws IOException {
    Part part = parts.get(strings++);
    if (part == null) {
      return storable(parser.getText());
    }
    return keepsParts ? part : part.start(part.length());
  }

  private List<@Nullable Object> array() throws IOException {
    List<@Nullable Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value());
    }
    return array;
  }

  private @Nullable Object value() throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> members(false);
      case START_ARRAY -> array();
      case VALUE_STRING -> string();
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> decimal();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  /** A short text such as 1e999999999 must not become a number of a billion digits. */
  private BigDecimal decimal() throws IOException {
    try {
      BigDecimal number = parser.getDecimalValue();
      if (Math.abs((long) number.scale()) <= MAX_EXPONENT) {
        return number;
      }
    } catch (NumberFormatException | ArithmeticException beyondAnyExponent) {
      // Refused below, without the number that the exception quotes.
    }
    throw invalid(
        "A number's exponent must be between -" + MAX_EXPONENT + " and " + MAX_EXPONENT + ".");
  }

  /** PostgreSQL's jsonb refuses U+0000 and halves of surrogate pairs. */
  private static String storable(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw invalid("Text must not contain U+0000.");
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isHighSurrogate(c)
            || i + 1 == text.length()
            || !Character.isLowSurrogate(text.charAt(i + 1))) {
          throw invalid("Text must not contain half a surrogate pair.");
        }
        i++;
      }
    }
    return text;
  }

  private static String place(JsonProcessingException broken) {
    return broken.getLocation() == null
        ? ""
        : " near line "
            + broken.getLocation().getLineNr()
            + ", column "
            + broken.getLocation().getColumnNr();
  }

  private static BacklotException invalid(String detail) {
    return new BacklotException(ErrorCode.INVALID_JSON, detail);
  }
}
