package dev.backlot.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * Reads YAML into maps, lists and texts. Every value stays the text that was written: YAML 1.1
 * would make {@code yes} a boolean, {@code 010} eight and {@code 12:30} a number. Refused are
 * duplicate keys, references to collections, own types, and a text above {@link #SIZE_MAX}.
 */
public final class YamlText {
  /** Characters. */
  static final int SIZE_MAX = 256 * 1024;

  private static final int DEPTH_MAX = 12;

  private YamlText() {}

  /**
   * @param name how errors call this text; they never quote it, since a secret may stand in it
   */
  public static Map<String, Object> parse(String name, String text) {
    if (text.length() > SIZE_MAX) {
      throw new ConfigException(name, "must have at most " + SIZE_MAX + " characters");
    }
    Object root;
    try {
      root = reader().load(text);
    } catch (MarkedYAMLException wrong) {
      throw new ConfigException(name + " line " + line(wrong), String.valueOf(wrong.getProblem()));
    } catch (YAMLException wrong) {
      throw new ConfigException(name, "is not YAML, or is nested too deeply");
    }
    if (!(root instanceof Map<?, ?> map)) {
      throw new ConfigException(name, "must hold keys with values");
    }
    Map<String, Object> tree = new LinkedHashMap<>();
    map.forEach((key, value) -> tree.put(String.valueOf(key), value));
    return tree;
  }

  private static Yaml reader() {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    options.setAllowRecursiveKeys(false);
    options.setMaxAliasesForCollections(0);
    options.setNestingDepthLimit(DEPTH_MAX);
    DumperOptions unused = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options), new Representer(unused), unused, options, new TextOnly());
  }

  private static String line(MarkedYAMLException wrong) {
    return wrong.getProblemMark() == null
        ? "unknown"
        : String.valueOf(wrong.getProblemMark().getLine() + 1);
  }

  /** Leaves only nothing at all ({@code key:} and {@code null}) to be something else than text. */
  private static final class TextOnly extends Resolver {
    private static final Pattern NOTHING = Pattern.compile("~|null|");

    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.NULL, NOTHING, "~n\0");
      addImplicitResolver(Tag.NULL, NOTHING, nothing());
    }

    // SnakeYAML takes null for "any first character" but does not say so in its types.
    @SuppressWarnings("NullAway")
    private static String nothing() {
      @Nullable String any = null;
      return any;
    }
  }
}
