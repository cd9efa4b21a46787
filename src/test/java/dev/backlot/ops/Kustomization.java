package dev.backlot.ops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The small part of Kustomize that the overlays use; anything else in a kustomization is an error,
 * since the test would not know what becomes of it. Patches merge by kind and name.
 */
final class Kustomization {
  private static final Set<String> KNOWN =
      Set.of(
          "apiVersion",
          "kind",
          "namespace",
          "resources",
          "components",
          "configMapGenerator",
          "images",
          "patches");
  private static final Set<String> KNOWN_OF_IMAGE = Set.of("name", "newName", "newTag");
  private static final Set<String> KNOWN_OF_PATCH = Set.of("path", "patch");

  private static final Set<String> KNOWN_OF_GENERATOR =
      Set.of("name", "behavior", "envs", "options");
  private static final Set<String> KNOWN_OF_OPTIONS = Set.of("labels");

  private final Path directory;
  private final Map<String, Object> file;

  private Kustomization(Path directory) throws IOException {
    this.directory = directory;
    this.file = Manifests.yaml(directory.resolve("kustomization.yaml"));
    refuseUnknown(file, KNOWN);
  }

  /**
   * @return every manifest, as {@code kubectl apply -k} would send it
   */
  static List<Map<String, Object>> build(Path directory) throws IOException {
    Kustomization top = new Kustomization(directory);
    List<Map<String, Object>> manifests = new ArrayList<>();
    top.addTo(manifests);
    return manifests;
  }

  private void addTo(List<Map<String, Object>> manifests) throws IOException {
    for (String resource : texts("resources")) {
      addResource(directory.resolve(resource).normalize(), manifests);
    }
    for (String component : texts("components")) {
      new Kustomization(directory.resolve(component).normalize()).addTo(manifests);
    }
    for (Map<String, Object> generator : maps("configMapGenerator")) {
      generate(generator, manifests);
    }
    for (Map<String, Object> patch : maps("patches")) {
      apply(patch, manifests);
    }
    for (Map<String, Object> image : maps("images")) {
      refuseUnknown(image, KNOWN_OF_IMAGE);
      manifests.forEach(manifest -> rename(manifest, image));
    }
    if (file.get("namespace") instanceof String namespace) {
      manifests.forEach(manifest -> map(manifest.get("metadata")).put("namespace", namespace));
    }
  }

  private static void addResource(Path resource, List<Map<String, Object>> manifests)
      throws IOException {
    if (Files.isDirectory(resource)) {
      manifests.addAll(build(resource));
      return;
    }
    for (Map<String, Object> manifest : Manifests.documents(Files.readString(resource))) {
      if (manifests.stream().anyMatch(other -> identity(other).equals(identity(manifest)))) {
        throw new IllegalArgumentException("twice: " + identity(manifest));
      }
      manifests.add(manifest);
    }
  }

  /** Without the hash that ends the name, here and where it is referred to. */
  private void generate(Map<String, Object> generator, List<Map<String, Object>> manifests)
      throws IOException {
    refuseUnknown(generator, KNOWN_OF_GENERATOR);
    Map<String, Object> data = new LinkedHashMap<>();
    for (Object file : (List<?>) Objects.requireNonNull(generator.get("envs"))) {
      Files.readAllLines(directory.resolve(String.valueOf(file))).stream()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(line -> line.split("=", 2))
          .forEach(setting -> data.put(setting[0], setting[1]));
    }
    Map<String, Object> metadata = new LinkedHashMap<>();
    metadata.put("name", generator.get("name"));
    if (generator.containsKey("options")) {
      Map<String, Object> options = map(generator.get("options"));
      refuseUnknown(options, KNOWN_OF_OPTIONS);
      metadata.putAll(options);
    }
    Map<String, Object> made = new LinkedHashMap<>();
    made.put("apiVersion", "v1");
    made.put("kind", "ConfigMap");
    made.put("metadata", metadata);
    made.put("data", data);
    if ("merge".equals(generator.get("behavior"))) {
      merge(like(made, manifests), made);
    } else {
      manifests.add(made);
    }
  }

  private static Map<String, Object> like(
      Map<String, Object> change, List<Map<String, Object>> manifests) {
    return manifests.stream()
        .filter(manifest -> identity(manifest).equals(identity(change)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("nothing to change: " + identity(change)));
  }

  private void apply(Map<String, Object> patch, List<Map<String, Object>> manifests)
      throws IOException {
    refuseUnknown(patch, KNOWN_OF_PATCH);
    String text =
        patch.get("path") instanceof String path
            ? Files.readString(directory.resolve(path))
            : String.valueOf(patch.get("patch"));
    for (Map<String, Object> change : Manifests.documents(text)) {
      merge(like(change, manifests), change);
    }
  }

  private static void merge(Map<String, Object> into, Map<String, Object> change) {
    change.forEach(
        (key, value) -> {
          if (key.startsWith("$")) {
            throw new IllegalArgumentException("directives are not known here: " + key);
          }
          into.put(key, merged(into.get(key), value));
        });
    into.values().removeIf(Objects::isNull);
  }

  private static Object merged(@Nullable Object old, Object change) {
    if (old instanceof Map<?, ?> && change instanceof Map<?, ?>) {
      merge(map(old), map(change));
      return old;
    }
    if (old instanceof List<?> olds && change instanceof List<?> changes && named(changes)) {
      return mergedByName(olds, changes);
    }
    return change;
  }

  /** Containers, variables, ports and volumes. */
  private static boolean named(List<?> list) {
    return list.stream().allMatch(each -> each instanceof Map<?, ?> map && map.containsKey("name"));
  }

  private static List<Object> mergedByName(List<?> olds, List<?> changes) {
    Map<Object, Object> byName = new LinkedHashMap<>();
    olds.forEach(old -> byName.put(map(old).get("name"), old));
    changes.forEach(change -> byName.merge(map(change).get("name"), change, Kustomization::merged));
    return new ArrayList<>(byName.values());
  }

  private static void rename(Object node, Map<String, Object> image) {
    if (node instanceof List<?> list) {
      list.forEach(each -> rename(each, image));
    }
    if (node instanceof Map<?, ?>) {
      Map<String, Object> map = map(node);
      map.values().forEach(each -> rename(each, image));
      if (map.get("image") instanceof String text
          && text.split(":", 2)[0].equals(image.get("name"))) {
        map.put(
            "image", image.getOrDefault("newName", image.get("name")) + ":" + image.get("newTag"));
      }
    }
  }

  private static String identity(Map<String, Object> manifest) {
    return manifest.get("apiVersion")
        + "/"
        + manifest.get("kind")
        + "/"
        + map(manifest.get("metadata")).get("name");
  }

  private static void refuseUnknown(Map<String, Object> map, Set<String> known) {
    if (!known.containsAll(map.keySet())) {
      throw new IllegalArgumentException("only " + known + " are known here, not " + map.keySet());
    }
  }

  private List<String> texts(String key) {
    return file.get(key) instanceof List<?> list
        ? list.stream().map(String::valueOf).toList()
        : List.of();
  }

  private List<Map<String, Object>> maps(String key) {
    return file.get(key) instanceof List<?> list
        ? list.stream().map(Kustomization::map).toList()
        : List.of();
  }

  @SuppressWarnings("unchecked") // The mappings of a YAML file have texts for keys.
  private static Map<String, Object> map(@Nullable Object node) {
    return (Map<String, Object>) Objects.requireNonNull(node, "a mapping is missing");
  }
}
