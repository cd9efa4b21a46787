/**
 * Joins the nodes of an installation, so that hints reach all of them. Two channels of two kinds:
 * JGroups below Infinispan keeps the membership and who listens where, and the event bus of Vert.x
 * carries the messages. Nothing here is the truth about anything.
 */
@NullMarked
package dev.backlot.cluster;

import org.jspecify.annotations.NullMarked;
