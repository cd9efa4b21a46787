/**
 * What the provider tells us by itself. A callback is a hint and never a fact: it makes polling ask
 * sooner, and only the answer to that question changes a job. Nothing here reads or writes the
 * database. Everything of one request happens on its event loop.
 */
@NullMarked
package dev.backlot.callback;

import org.jspecify.annotations.NullMarked;
