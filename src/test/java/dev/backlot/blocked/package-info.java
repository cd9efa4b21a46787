/** Makes each test fail that blocked a thread of Vert.x. */
@NullMarked
package dev.backlot.blocked;

import org.jspecify.annotations.NullMarked;
