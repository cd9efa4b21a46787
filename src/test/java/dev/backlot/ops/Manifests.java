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
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The manifests below k8s, read into their types; a member that the type lacks is an error. */
final class Manifests {
  static final Path TOP = Path.of("k8s");
  static final Path BASE = TOP.resolve("base");
  static final Path OVERLAYS = TOP.resolve("overlays");

  private static final Map<String, Class<? extends HasMetadata>> KINDS =
      Map.of(
          "v1/ConfigMap", ConfigMap.class,
          "v1/Service", Service.class,
          "v1/ServiceAccount", ServiceAccount.class,
          "apps/v1/Deployment", Deployment.class,
          "batch/v1/Job", Job.class,
          "policy/v1/PodDisruptionBudget", PodDisruptionBudget.class,
          "autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class,
          "networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class,
          "monitoring.coreos.com/v1/ServiceMonitor", ServiceMonitor.class);

  private final List<HasMetadata> all;

  private Manifests(List<HasMetadata> all) {
    this.all = all;
  }

  /** Everything that a kustomization makes. */
  static Manifests of(Path directory) throws IOException {
    return new Manifests(
        Kustomization.build(directory).stream().<HasMetadata>map(Manifests::read).toList());
  }

  /** The same by Kustomize itself, whose names end with hashes. */
  static Manifests ofKubectl(Path directory) throws IOException, InterruptedException {
    return new Manifests(
        Kubectl.kustomize(directory).stream().<HasMetadata>map(Manifests::read).toList());
  }

  static Map<String, Object> yaml(Path file) throws IOException {
    List<Map<String, Object>> documents = documents(Files.readString(file));
    if (documents.size() != 1) {
      throw new IllegalArgumentException(file + " must have one document");
    }
    return documents.get(0);
  }

  @SuppressWarnings("unchecked") // The mappings of a YAML file have texts for keys.
  static List<Map<String, Object>> documents(String text) {
    LoaderOptions options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    List<Map<String, Object>> documents = new ArrayList<>();
    new Yaml(new SafeConstructor(options))
        .loadAll(text)
        .forEach(document -> documents.add((Map<String, Object>) document));
    return documents;
  }

  static HasMetadata read(Map<String, Object> manifest) {
    String kind = manifest.get("apiVersion") + "/" + manifest.get("kind");
    Class<? extends HasMetadata> type = KINDS.get(kind);
    if (type == null) {
      throw new IllegalArgumentException("no type for " + kind);
    }
    return strict().convertValue(manifest, type);
  }

  List<HasMetadata> all() {
    return all;
  }

  <T extends HasMetadata> List<T> every(Class<T> type) {
    return all.stream().filter(type::isInstance).map(type::cast).toList();
  }

  <T extends HasMetadata> T named(Class<T> type, String name) {
    return every(type).stream()
        .filter(each -> each.getMetadata().getName().equals(name))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + type.getSimpleName() + " " + name));
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
