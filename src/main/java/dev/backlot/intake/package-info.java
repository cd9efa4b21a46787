/**
 * Takes jobs in: checks, prices and stores them in groups, and lets their tenant read and cancel
 * them. Routes run on the server's event loops; storing on the one of {@link IntakeVerticle}.
 */
@NullMarked
package dev.backlot.intake;

import org.jspecify.annotations.NullMarked;
