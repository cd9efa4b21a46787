package dev.backlot.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.backlot.domain.BacklotException;
import dev.backlot.domain.ErrorCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
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

  private JsonBody() {}

  /**
   * Numbers become Integer, Long, BigInteger or BigDecimal.
   *
   * @throws BacklotException INVALID_JSON, naming the place and never quoting the body
   */
  public static JsonObject parse(Buffer body) {
    try (JsonParser parser = JSON.createParser(text(body))) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw invalid("The body must be one JSON object.");
      }
      Map<String, @Nullable Object> object = object(parser);
      if (parser.nextToken() != null) {
        throw invalid("There is more after the JSON object.");
      }
      return new JsonObject(object);
    } catch (JsonProcessingException broken) {
      throw invalid("The JSON is broken or too deep" + place(broken) + ".");
    } catch (IOException unreadable) {
      throw invalid("The body could not be read as UTF-8 JSON.");
    }
  }

  /**
   * Without a symbol table the parser would replace bytes that are not UTF-8 instead of failing.
   */
  private static String text(Buffer body) throws CharacterCodingException {
    return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body.getBytes())).toString();
  }

  private static Map<String, @Nullable Object> object(JsonParser parser) throws IOException {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = storable(parser.currentName());
      parser.nextToken();
      object.put(name, value(parser));
    }
    return object;
  }

  private static List<@Nullable Object> array(JsonParser parser) throws IOException {
    List<@Nullable Object> array = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> storable(parser.getText());
      case VALUE_NUMBER_INT -> parser.getNumberValue();
      case VALUE_NUMBER_FLOAT -> decimal(parser);
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  /** A short text such as 1e999999999 must not become a number of a billion digits. */
  private static BigDecimal decimal(JsonParser parser) throws IOException {
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
