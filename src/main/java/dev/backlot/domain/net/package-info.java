/** Addresses as others write them: which may be fetched, by us or by the provider. */
@NullMarked
package dev.backlot.domain.net;

import org.jspecify.annotations.NullMarked;
