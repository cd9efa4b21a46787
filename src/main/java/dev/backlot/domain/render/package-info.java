/** How long the provider takes: what was measured, and what to expect before there is a measure. */
@NullMarked
package dev.backlot.domain.render;

import org.jspecify.annotations.NullMarked;
