/**
 * What the provider has billed, task by task, beside what the books have of it. Plain and pure: no
 * clock, no database.
 */
@NullMarked
package dev.backlot.domain.bill;

import org.jspecify.annotations.NullMarked;
