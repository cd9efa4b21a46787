/** Alert rules and the states of an alert. */
@NullMarked
package dev.backlot.domain.alert;

import org.jspecify.annotations.NullMarked;
