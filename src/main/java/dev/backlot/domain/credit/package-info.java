/** Exact amounts, prices and balances. */
@NullMarked
package dev.backlot.domain.credit;

import org.jspecify.annotations.NullMarked;
