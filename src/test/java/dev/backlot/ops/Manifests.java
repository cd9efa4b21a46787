package dev.backlot.ops;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests of the base, read into their types; a member that the type lacks is an error. */
final class Manifests {
  static final Path BASE = Path.of("k8s");

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "v1/ConfigMap", ConfigMap.class,
          "v1/Service", Service.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "apps/v1/Deployment", Deployment.class);

  private Manifests() {}

  @SuppressWarnings("unchecked") // The mappings of a YAML file have texts for keys.
  static Map<String, Object> yaml(Path file) throws IOException {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return (Map<String, Object>)
        new Yaml(new SafeConstructor(options)).load(Files.readString(file));
  }

  static List<String> resources() throws IOException {
    Object listed = yaml(BASE.resolve("kustomization.yaml")).get("resources");
    return listed instanceof List<?> files
        ? files.stream().map(String::valueOf).toList()
        : List.of();
  }

  static HasMetadata read(String file) throws IOException {
    return read(yaml(BASE.resolve(file)));
  }

  static HasMetadata read(Map<String, Object> manifest) {
    String kind = manifest.get("apiVersion") + "/" + manifest.get("kind");
    Class<? extends HasMetadata> type = KINDS.get(kind);
    if (type == null) {
      throw new IllegalArgumentException("no type for " + kind);
    }
    return strict().convertValue(manifest, type);
  }

  static <T extends HasMetadata> T only(Class<T> type) throws IOException {
    for (String file : resources()) {
      HasMetadata found = read(file);
      if (type.isInstance(found)) {
        return type.cast(found);
      }
    }
    throw new AssertionError("the base has no " + type.getSimpleName());
  }

  /** The types collect members that they do not know; without that, Jackson refuses them. */
  private static ObjectMapper strict() {
    return JsonMapper.builder()
        .annotationIntrospector(
            new JacksonAnnotationIntrospector() {
              private static final long serialVersionUID = 1L;

              @Override
              public Boolean hasAnySetter(Annotated member) {
                return false;
              }
            })
        .build();
  }
}
