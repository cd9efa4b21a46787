/** Jobs, their attempts, the moves they may make and the outcomes of calls to a provider. */
@NullMarked
package dev.backlot.domain.job;

import org.jspecify.annotations.NullMarked;
