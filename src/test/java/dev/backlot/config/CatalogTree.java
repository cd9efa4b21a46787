package dev.backlot.config;

import java.util.Map;

/** The capabilities file as it was written, for tests that make inputs of it. */
public final class CatalogTree {
  private CatalogTree() {}

  /** Maps, lists and texts. */
  public static Map<String, Object> capabilities() {
    return YamlText.parse("capabilities", CatalogText.builtIn().capabilities());
  }
}
