/* Effect. The terminal: a line read from it, with or without echo, and left as it was whatever ends
 * the reading. */
#ifndef SETUP_TERMINAL_H
#define SETUP_TERMINAL_H

#include <stdbool.h>

struct buf;

/* Whether somebody is there: standard input and output are a terminal. */
bool terminal_is_there(void);

/* From now on Ctrl-C ends a reading and is remembered, and does not end the process. Without a
 * terminal it stays ignored if it was. */
void terminal_catch_interrupts(void);
bool terminal_is_interrupted(void);

/* Back to what a Ctrl-C did before. */
void terminal_release_interrupts(void);

/* Reads one line, without its newline, into line, which is emptied first; with echo off if secret.
 * What is beyond the ceiling of line is dropped, and line has failed then. False at the end of
 * input or when interrupted. Caller wipes line. */
bool terminal_read_line(struct buf *line, bool secret);

#endif
