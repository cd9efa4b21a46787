/**
 * The command line: what an operator may ask of the jar. Runs on the main thread, which may block;
 * what a command does in the database goes through the ports, handed in by Main.
 */
@NullMarked
package dev.backlot.cli;

import org.jspecify.annotations.NullMarked;
