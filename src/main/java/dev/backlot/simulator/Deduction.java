package dev.backlot.simulator;

import java.math.BigDecimal;

/**
 * What was taken for one task: units of its pack, or money.
 *
 * @param number counts from 1
 * @param before what there was
 * @param at milliseconds of the simulator's clock
 */
record Deduction(long number, Task task, BigDecimal before, BigDecimal amount, long at) {
  BigDecimal after() {
    return before.subtract(amount);
  }
}
