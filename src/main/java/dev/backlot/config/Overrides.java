package dev.backlot.config;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lays the environment and the command line over the tree of the file. */
final class Overrides {
  /** Set by the profile's file alone: nobody should turn production's rules off from outside. */
  private static final String PROFILE = "profile";

  /**
   * What Kubernetes puts into each container for a service that is called backlot-something. These
   * are nobody's settings.
   */
  private static final Pattern SERVICE_LINK =
      Pattern.compile(".*_SERVICE_(HOST|PORT(_.+)?)|.*_PORT_\\d+_(TCP|UDP|SCTP)(_.+)?");

  /** The key with which the command line's client calls a service: nobody's setting either. */
  private static final String CLIENT_KEY = "BACKLOT_KEY";

  private static final Logger LOG = LoggerFactory.getLogger(Overrides.class);

  private Overrides() {}

  /**
   * A {@code BACKLOT_*} variable that sets no key is ignored with a loud warning. It may be a slip;
   * or it is a setting of the next version, in an environment that both share during a roll, and
   * must not end a node of this one that starts then.
   *
   * @param known keys that may be set
   * @param referenced variables that the file refers to by {@code env:NAME}
   */
  static Map<String, Object> environment(
      Map<String, Object> tree,
      Map<String, String> environment,
      Set<String> known,
      Set<String> referenced) {
    Map<String, String> keys = new HashMap<>();
    known.forEach(key -> keys.put(KeyPath.variable(key), key));
    Map<String, Object> changed = tree;
    // Sorted, so that the first element of a list is set before the second.
    for (var entry : new TreeMap<>(environment).entrySet()) {
      String variable = entry.getKey();
      if (!isOurs(variable, entry.getValue()) || referenced.contains(variable)) {
        continue;
      }
      String key = keys.get(variable);
      if (key == null) {
        LOG.atWarn()
            .addKeyValue("variable", variable)
            .addKeyValue("nearest", nearest(variable, keys))
            .log("an unknown variable is ignored; is it misspelt, or of another version?");
        continue;
      }
      changed = set(changed, key, entry.getValue());
    }
    return changed;
  }

  /**
   * @param settings {@code key=value}; unknown keys are found when the sections are read
   */
  static Map<String, Object> settings(Map<String, Object> tree, List<String> settings) {
    Map<String, Object> changed = tree;
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      if (equals < 1) {
        throw new ConfigException("--set", "must be key=value such as http.port=8080");
      }
      changed = set(changed, setting.substring(0, equals).strip(), setting.substring(equals + 1));
    }
    return changed;
  }

  private static Map<String, Object> set(Map<String, Object> tree, String key, String value) {
    if (key.equals(PROFILE)) {
      throw new ConfigException(PROFILE, "can only be set in the file");
    }
    return KeyPath.parse(key).set(tree, value);
  }

  private static boolean isOurs(String variable, String value) {
    if (!variable.startsWith("BACKLOT_")
        || variable.equals(CLIENT_KEY)
        || SERVICE_LINK.matcher(variable).matches()) {
      return false;
    }
    return !(variable.endsWith("_PORT") && value.contains("://"));
  }

  private static String nearest(String variable, Map<String, String> keys) {
    return keys.entrySet().stream()
        .min(Comparator.comparingInt(entry -> distance(variable, entry.getKey())))
        .map(entry -> entry.getKey() + " (" + entry.getValue() + ")")
        .orElse("none");
  }

  /** Levenshtein: how many letters have to be changed, added or taken away. */
  private static int distance(String left, String right) {
    int[] above = new int[right.length() + 1];
    for (int j = 0; j < above.length; j++) {
      above[j] = j;
    }
    for (int i = 1; i <= left.length(); i++) {
      int[] row = new int[above.length];
      row[0] = i;
      for (int j = 1; j < row.length; j++) {
        int same = left.charAt(i - 1) == right.charAt(j - 1) ? 0 : 1;
        row[j] = Math.min(above[j - 1] + same, 1 + Math.min(above[j], row[j - 1]));
      }
      above = row;
    }
    return above[right.length()];
  }
}
