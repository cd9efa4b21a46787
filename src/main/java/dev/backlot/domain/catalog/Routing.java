package dev.backlot.domain.catalog;

/** Where tasks of a kind are created at the provider. */
public interface Routing {
  /** The kind must be one of the catalog's. */
  Route route(String kind);
}
