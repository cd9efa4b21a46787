/**
 * Webhooks out, by Standard Webhooks: endpoints of tenants, deliveries made of the log, and whoever
 * sends them. Each class says on which event loop it lives.
 */
@NullMarked
package dev.backlot.webhook;

import org.jspecify.annotations.NullMarked;
