/**
 * The fault drill: real nodes, a real database and the simulator under a seeded load, with faults
 * from outside; then the promises are checked from outside. It shares nothing with the service but
 * the reader of its settings, and asks only what any client, or the provider's bill, could tell.
 */
@NullMarked
package dev.backlot.drill;

import org.jspecify.annotations.NullMarked;
