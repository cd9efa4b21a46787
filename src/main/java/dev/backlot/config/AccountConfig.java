package dev.backlot.config;

import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.SlotClass;
import java.math.BigDecimal;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One account at the provider.
 *
 * @param id 1 to 63 of a-z, 0-9 and -; kept with every attempt, so it must not be reused
 * @param pool the set of interchangeable accounts it belongs to
 * @param baseUri scheme, host, port and path prefix without a slash at its end
 * @param lookup the second way of asking whether a task is there (promise P2)
 * @param dialects in which dialect jobs are sent where there is a choice
 * @param callbacks how what it posts to us is signed
 * @param standing how it stands among those of its pool
 */
public record AccountConfig(
    String id,
    String pool,
    URI baseUri,
    Credential credential,
    Lookup lookup,
    Slots slots,
    Dialects dialects,
    CallbackSignatures callbacks,
    Standing standing) {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
  private static final int MAX_SLOTS = 10_000;

  /** How the account proves who it is. */
  public sealed interface Credential {
    /** Signs a token for every request (Kling reference, section 2.3). */
    record KeyPair(Secret accessKey, Secret secretKey) implements Credential {}

    /** Goes into every request as it is (section 2.2). */
    record ApiKey(Secret key) implements Credential {}
  }

  /** The second way of asking whether a legacy task is there; a newer one has its list. */
  public enum Lookup {
    /** {@code GET /tasks}: one request; takes API keys only (section 2.3). */
    TASKS,
    /** The product's list, read back to before the first send. */
    LIST
  }

  /**
   * Tasks that may be in flight, by model (section 9).
   *
   * @param standard for every model that is not named
   * @param images the same for tasks that make images, which have packs of their own
   * @param models by name, or by name and pack such as {@code kling-v3/image}
   */
  public record Slots(int standard, int images, Map<String, Integer> models) {
    private static final String IMAGE = "image";

    public Slots {
      models = Map.copyOf(models);
    }

    public int of(SlotClass slotClass) {
      Integer exactly = models.get(slotClass.text());
      if (exactly != null) {
        return exactly;
      }
      return slotClass.pack().equals(IMAGE)
          ? images
          : models.getOrDefault(slotClass.model(), standard);
    }

    static Slots from(Section in) {
      int standard = in.requireInt("default", 0, MAX_SLOTS);
      int images = in.requireInt("images", 0, MAX_SLOTS);
      Section perModel = in.section("models");
      Map<String, Integer> models = new TreeMap<>();
      perModel
          .names()
          .forEach(model -> models.put(model, perModel.requireInt(model, 0, MAX_SLOTS)));
      in.rejectUnknown();
      return new Slots(standard, images, models);
    }
  }

  /**
   * In which dialect jobs are sent where there is a choice. What the account does not speak, or the
   * kind has no way in, or a job's input cannot be carried over to, goes another way.
   *
   * @param standard for every model that is not named
   * @param models by model as tenants name it, or by model version, which counts for all its names
   */
  public record Dialects(Preference standard, Map<String, Preference> models) {
    public Dialects {
      models = Map.copyOf(models);
    }

    /** No preference: each job in the form in which it was written. */
    public static Dialects own() {
      return new Dialects(Preference.OWN, Map.of());
    }

    /**
     * @param model as the tenant named it
     * @param version in which the provider counts it
     * @return empty for the kind's own
     */
    public Optional<Dialect> preferred(String model, String version) {
      Preference ofVersion = models.getOrDefault(version, standard);
      return Optional.ofNullable(models.getOrDefault(model, ofVersion).dialect);
    }

    static Dialects from(Section in) {
      Preference standard = in.requireEnum("default", Preference.class);
      Section perModel = in.section("models");
      Map<String, Preference> models = new TreeMap<>();
      perModel
          .names()
          .forEach(model -> models.put(model, perModel.requireEnum(model, Preference.class)));
      in.rejectUnknown();
      return new Dialects(standard, models);
    }
  }

  /**
   * Which of the accounts of a pool that have room a job goes through.
   *
   * @param weight its share of the jobs among accounts of the same price
   * @param priceFactor what a unit costs there, compared with the others: the cheapest goes first
   */
  public record Standing(int weight, BigDecimal priceFactor) {
    private static final int MAX_WEIGHT = 1_000;
    private static final BigDecimal MIN_FACTOR = new BigDecimal("0.001");
    private static final BigDecimal MAX_FACTOR = new BigDecimal("1000");

    /** Of accounts that are all alike. */
    public static Standing even() {
      return new Standing(1, BigDecimal.ONE);
    }

    static Standing from(Section in) {
      return new Standing(
          in.has("weight") ? in.requireInt("weight", 1, MAX_WEIGHT) : even().weight(),
          in.has("price-factor")
              ? in.requireDecimal("price-factor", MIN_FACTOR, MAX_FACTOR)
              : even().priceFactor());
    }
  }

  /** Which dialect goes first. */
  public enum Preference {
    /** That in which the kind is written. */
    OWN(null),
    LEGACY(Dialect.LEGACY),
    PATH_PER_MODEL(Dialect.PATH_PER_MODEL);

    private final @Nullable Dialect dialect;

    Preference(@Nullable Dialect dialect) {
      this.dialect = dialect;
    }
  }

  /** Tokens are signed for the legacy dialect only (section 2.3). */
  public boolean speaks(String dialect) {
    return credential instanceof Credential.ApiKey || dialect.equals("legacy");
  }

  static AccountConfig from(Section in) {
    AccountConfig config =
        new AccountConfig(
            requireName(in, "id"),
            requireName(in, "pool"),
            BaseUrl.require(in, "base-url"),
            requireCredential(in),
            in.requireEnum("lookup", Lookup.class),
            Slots.from(in.section("slots")),
            in.has("dialect") ? Dialects.from(in.section("dialect")) : Dialects.own(),
            CallbackSignatures.from(in),
            Standing.from(in));
    in.rejectUnknown();
    if (config.lookup() == Lookup.TASKS && config.credential() instanceof Credential.KeyPair) {
      throw in.error("lookup", "tasks needs an api-key; with access-key use list");
    }
    if (config.prefers(Preference.PATH_PER_MODEL) && !config.speaks("path-per-model")) {
      throw in.error("dialect", "path-per-model needs an api-key");
    }
    return config;
  }

  private boolean prefers(Preference preference) {
    return dialects.standard() == preference || dialects.models().containsValue(preference);
  }

  private static String requireName(Section in, String key) {
    String name = in.requireText(key);
    if (!NAME.matcher(name).matches()) {
      throw in.error(key, "must be 1 to 63 of a-z, 0-9 and -, got " + name);
    }
    return name;
  }

  private static Credential requireCredential(Section in) {
    boolean pair = in.has("access-key") || in.has("secret-key");
    if (pair == in.has("api-key")) {
      throw in.error("api-key", "give either api-key, or access-key and secret-key");
    }
    return pair
        ? new Credential.KeyPair(requireAccessKey(in), in.requireSecret("secret-key"))
        : new Credential.ApiKey(in.requireSecret("api-key"));
  }

  /** An access key is a name rather than a secret: it may stand in the file, and is not printed. */
  private static Secret requireAccessKey(Section in) {
    String text = in.requireText("access-key");
    return text.startsWith("file:") || text.startsWith("env:")
        ? in.requireSecret("access-key")
        : new Secret(text);
  }
}
