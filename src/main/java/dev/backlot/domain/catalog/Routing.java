package dev.backlot.domain.catalog;

import java.util.List;

/** Where tasks of a kind are created at the provider. */
public interface Routing {
  /**
   * Every way of a kind, its own first; empty for a kind that is not known, and for a model that
   * the kind does not have, or has no more: a task of it would be refused.
   */
  List<Route> routes(String kind, String model);
}
