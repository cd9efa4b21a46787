package dev.backlot.domain.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RetryBudgetTest {
  @Test
  void retries_stop_when_the_budget_is_used_up_and_successes_earn_more() {
    RetryBudget budget = new RetryBudget(2, 0.5);
    assertThat(budget.tryRetry()).isTrue();
    assertThat(budget.tryRetry()).isTrue();
    assertThat(budget.tryRetry()).isFalse();

    budget.succeeded();
    assertThat(budget.tryRetry()).isFalse();
    budget.succeeded();
    assertThat(budget.tryRetry()).isTrue();
  }
}
