/** Endpoints of tenants that are told of events, and what has become of each telling. */
@NullMarked
package dev.backlot.domain.webhook;

import org.jspecify.annotations.NullMarked;
