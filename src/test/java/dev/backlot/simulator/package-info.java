@NullMarked
package dev.backlot.simulator;

import org.jspecify.annotations.NullMarked;
