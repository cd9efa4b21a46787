package dev.backlot.simulator;

import dev.backlot.config.ConfigException;
import dev.backlot.config.Section;
import dev.backlot.config.SimulatorFault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Faults written into a prompt: {@code [sim:fault]}, {@code [sim:fault=value]}, {@code
 * [sim:fault=value,key=value]}. The value is what the fault needs first, the keys are those of a
 * rule.
 */
final class Markers {
  private static final String OPENING = "[sim:";
  private static final Pattern MARKER = Pattern.compile("\\[sim:([a-z-]+)(?:=([^\\]]*))?]");

  private Markers() {}

  /** A marker that is not understood is refused: a test that misspells one must not pass. */
  static List<SimulatorFault> in(String prompt, Duration horizon) {
    if (!prompt.contains(OPENING)) {
      return List.of();
    }
    List<SimulatorFault> faults = new ArrayList<>();
    Matcher matcher = MARKER.matcher(prompt);
    while (matcher.find()) {
      String arguments = matcher.group(2);
      faults.add(fault(matcher.group(1), arguments == null ? "" : arguments, horizon));
    }
    return faults;
  }

  private static SimulatorFault fault(String kind, String arguments, Duration horizon) {
    Map<String, Object> values = new HashMap<>();
    values.put("fault", kind);
    for (String argument : arguments.isEmpty() ? new String[0] : arguments.split(",", -1)) {
      int equals = argument.indexOf('=');
      String key = equals < 0 ? mainKey(kind) : argument.substring(0, equals);
      values.put(key, argument.substring(equals + 1));
    }
    try {
      return SimulatorFault.from(new Section("sim", values, true, name -> ""), horizon);
    } catch (ConfigException wrong) {
      throw Refusal.value("simulator marker: " + wrong.getMessage());
    }
  }

  private static String mainKey(String kind) {
    return switch (kind) {
      case "error" -> "code";
      case "broken" -> "status";
      case "lost" -> "leave";
      case "status" -> "word";
      case "duplicate", "reorder", "forge-status", "forge-task", "missign" -> "count";
      case "deduct" -> "units";
      default -> "delay";
    };
  }
}
