package dev.backlot.catalog;

import dev.backlot.config.CatalogText;
import dev.backlot.config.ConfigException;
import dev.backlot.domain.catalog.Catalog;
import dev.backlot.domain.catalog.CurrentCatalog;
import dev.backlot.port.PriceBooks;
import io.vertx.core.Future;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes a newer catalog when its files have changed, once it has been checked as a whole. What is
 * refused changes nothing: the catalog in force stays, and the refusal shows until the files are
 * mended. Confined to one event loop, but for {@link #refusal}.
 */
public final class CatalogWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CatalogWatch.class);

  private final Files files;
  private final CurrentCatalog current;
  private final PriceBooks prices;
  private final Function<Catalog, Future<Void>> prepare;
  private final InstantSource clock;
  private CatalogText inForce;
  private @Nullable CatalogText seen;
  private @Nullable CatalogText refused;
  private volatile @Nullable String refusal;

  /**
   * Where the files are; both run away from the event loop.
   *
   * @param read fails with {@link ConfigException} when a file cannot be read
   * @param parse fails with {@link ConfigException} when the files make no sense
   */
  public record Files(
      Supplier<Future<CatalogText>> read, Function<CatalogText, Future<Catalog>> parse) {}

  /**
   * @param inForce what {@code current} was made of
   * @param prepare makes the room that a newer catalog needs before its jobs come
   */
  public CatalogWatch(
      Files files,
      CatalogText inForce,
      CurrentCatalog current,
      PriceBooks prices,
      Function<Catalog, Future<Void>> prepare,
      InstantSource clock) {
    this.files = files;
    this.inForce = inForce;
    this.current = current;
    this.prices = prices;
    this.prepare = prepare;
    this.clock = clock;
  }

  /**
   * One look at the files. A change is taken at the second look that finds the same text: a file
   * that is being written differs from look to look.
   *
   * @return always false: another pass at once would find nothing new
   */
  public Future<Boolean> runOnce() {
    return files
        .read()
        .get()
        .compose(this::look)
        .recover(this::refuseUnreadable)
        .map(done -> false);
  }

  /** Why the files are not in force; empty when they are. Any thread. */
  public Optional<String> refusal() {
    return Optional.ofNullable(refusal);
  }

  private Future<Void> look(CatalogText text) {
    boolean settled = text.equals(seen);
    seen = text;
    if (text.equals(inForce)) {
      forgetRefusal();
      return Future.succeededFuture();
    }
    return settled && !text.equals(refused) ? check(text) : Future.succeededFuture();
  }

  private Future<Void> check(CatalogText text) {
    return files
        .parse()
        .apply(text)
        .compose(
            next -> {
              Optional<String> reason = staleVersion(text, next).or(() -> current.refusal(next));
              return reason.isPresent() ? refuse(text, reason.get()) : keep(text, next);
            })
        .recover(
            failure ->
                failure instanceof ConfigException wrong
                    ? refuse(text, String.valueOf(wrong.getMessage()))
                    : Future.failedFuture(failure));
  }

  /** A version stands for one text: that is what makes it worth naming. */
  private Optional<String> staleVersion(CatalogText text, Catalog next) {
    Catalog old = current.get();
    if (!text.capabilities().equals(inForce.capabilities())
        && next.version().equals(old.version())) {
      return Optional.of(sameVersion("catalog.capabilities", next.version()));
    }
    if (!text.prices().equals(inForce.prices()) && next.priceVersion().equals(old.priceVersion())) {
      return Optional.of(sameVersion("catalog.prices", next.priceVersion()));
    }
    return Optional.empty();
  }

  private static String sameVersion(String key, String version) {
    return key
        + ": the file has changed, but its version is "
        + version
        + " as before: give it a new one.";
  }

  private Future<Void> keep(CatalogText text, Catalog next) {
    return prices
        .keep(next.priceVersion(), text.prices(), clock.instant())
        .compose(
            kept ->
                kept
                    ? prepare.apply(next).onSuccess(ready -> take(text, next))
                    : refuse(text, "catalog.prices: " + usedVersion(next.priceVersion())));
  }

  /** What to say of a version that the installation knows with other prices. */
  public static String usedVersion(String version) {
    return "version " + version + " was in use with other prices: give the file a new version.";
  }

  private void take(CatalogText text, Catalog next) {
    inForce = text;
    current.replace(next);
    forgetRefusal();
    LOG.atInfo()
        .addKeyValue("capabilities", next.version())
        .addKeyValue("prices", next.priceVersion())
        .log("catalog replaced");
  }

  private Future<Void> refuse(CatalogText text, String reason) {
    refused = text;
    tell(reason);
    return Future.succeededFuture();
  }

  private Future<Void> refuseUnreadable(Throwable failure) {
    if (!(failure instanceof ConfigException wrong)) {
      return Future.failedFuture(failure);
    }
    seen = null;
    tell(String.valueOf(wrong.getMessage()));
    return Future.succeededFuture();
  }

  private void tell(String reason) {
    if (!reason.equals(refusal)) {
      refusal = reason;
      LOG.atError()
          .addKeyValue("reason", reason)
          .log("catalog not replaced: the one in force stays");
    }
  }

  private void forgetRefusal() {
    refused = null;
    refusal = null;
  }
}
