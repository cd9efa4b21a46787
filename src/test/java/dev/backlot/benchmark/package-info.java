/**
 * Measures the service beside the least that could do the same work: see the page on the benchmark.
 * A program of its own, no test; {@link dev.backlot.benchmark.Benchmark} is its entry. The load and
 * the servers run in processes of their own, and this one waits for them.
 */
@NullMarked
package dev.backlot.benchmark;

import org.jspecify.annotations.NullMarked;
