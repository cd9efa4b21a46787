package dev.backlot.domain.catalog;

/** Where tasks of a kind are created at the provider. The kind must be one of the catalog's. */
public interface Routing {
  /** Product path, for example {@code /v1/videos/text2video}. */
  String path(String kind);

  /** {@code legacy} or {@code path-per-model}. */
  String dialect(String kind);
}
