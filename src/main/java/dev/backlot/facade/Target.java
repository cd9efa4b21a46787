package dev.backlot.facade;

import dev.backlot.domain.access.Scope;
import dev.backlot.domain.catalog.CallKind;
import dev.backlot.domain.catalog.Dialect;
import dev.backlot.domain.catalog.Kind;
import org.jspecify.annotations.Nullable;

/** What a request is about. */
sealed interface Target {
  /**
   * Whether a signed token opens it: the newer dialect takes API keys alone (Kling reference,
   * section 2.3).
   */
  default boolean takesTokens() {
    return true;
  }

  /** The scope that it takes. */
  default Scope needs() {
    boolean makes = this instanceof Create || (this instanceof Call call && !call.kind().reads());
    return makes ? Scope.SUBMIT : Scope.READ;
  }

  /**
   * @param model where the path names it, else null
   */
  record Create(Kind kind, @Nullable String model) implements Target {
    @Override
    public boolean takesTokens() {
      return kind.own().dialect() == Dialect.LEGACY;
    }
  }

  /**
   * @param id of ours or of the client
   */
  record One(Kind kind, String id) implements Target {}

  record Page(Kind kind) implements Target {}

  record Tasks() implements Target {
    @Override
    public boolean takesTokens() {
      return false;
    }
  }

  record Search() implements Target {
    @Override
    public boolean takesTokens() {
      return false;
    }
  }

  /** What is answered at once. */
  record Call(CallKind kind) implements Target {}

  record Costs() implements Target {}

  /**
   * @param packages what was taken from packs, rather than from a balance
   */
  record Billing(boolean packages) implements Target {}

  /** In the provider's part of the world, and nothing there. */
  record Nothing() implements Target {}
}
