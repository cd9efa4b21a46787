/** This process as a member of the installation, and the lease that lets it act. */
@NullMarked
package dev.backlot.domain.node;

import org.jspecify.annotations.NullMarked;
