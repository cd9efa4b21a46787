/** What can be made, with which models, for which price: data, checked once, then only read. */
@NullMarked
package dev.backlot.domain.catalog;

import org.jspecify.annotations.NullMarked;
