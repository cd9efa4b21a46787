/**
 * Credits as tenants and operators see them: balances over HTTP, and the audit of the books. It
 * moves no job money: reservations and settlements belong to the transactions that move the jobs.
 */
@NullMarked
package dev.backlot.ledger;

import org.jspecify.annotations.NullMarked;
