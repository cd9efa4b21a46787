package dev.backlot;

import dev.backlot.config.AccountConfig;
import dev.backlot.config.AccountConfig.Lookup;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Route;
import dev.backlot.port.TaskLists.TaskList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The lists that together show every task of an account: {@code /tasks} where it shows legacy tasks
 * too, else those of the legacy products beside it or alone.
 */
final class ConfiguredLists implements Function<String, List<TaskList>> {
  private static final String TASKS = "/tasks";

  private final List<AccountConfig> accounts;
  private final Supplier<Catalog> catalog;

  ConfiguredLists(List<AccountConfig> accounts, Supplier<Catalog> catalog) {
    this.accounts = List.copyOf(accounts);
    this.catalog = catalog;
  }

  @Override
  public List<TaskList> apply(String id) {
    List<TaskList> lists = new ArrayList<>();
    for (AccountConfig account : accounts) {
      if (account.id().equals(id)) {
        if (account.speaks(Dialect.PATH_PER_MODEL.text())) {
          lists.add(new TaskList(id, Dialect.PATH_PER_MODEL.text(), TASKS));
        }
        if (account.lookup() == Lookup.LIST) {
          legacyPaths().forEach(path -> lists.add(new TaskList(id, Dialect.LEGACY.text(), path)));
        }
      }
    }
    return lists;
  }

  private List<String> legacyPaths() {
    Catalog current = catalog.get();
    return current.kinds().stream()
        .flatMap(kind -> current.routes(kind).stream())
        .filter(route -> route.dialect() == Dialect.LEGACY)
        .map(Route::path)
        .distinct()
        .sorted()
        .toList();
  }
}
