/** Keeps this node's lease alive and takes over the jobs of nodes whose lease has run out. */
@NullMarked
package dev.backlot.membership;

import org.jspecify.annotations.NullMarked;
