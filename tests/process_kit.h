/* Effect. What the tests of lib/process.c share: scripts that are run, in a folder of their own. */
#ifndef FEISHU_PROCESS_KIT_H
#define FEISHU_PROCESS_KIT_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#include "process.h"

enum { PROCESS_KIT_LONG_MS = 30000 /* a timeout that no test reaches */ };

/* What each test begins with: an empty folder (store_kit.h), and a process that is run with one
 * word, one variable, no input and a long timeout. */
extern struct process_kit {
    struct process process;
    struct process_end end;
    char *fifo; /* "$FIFO" of the scripts: a pipe with a name */
    int reader; /* open on it, non-blocking */
} process_kit;

/* Whether processes can be followed here: not under the valgrind of Debian 12, for one. If not,
 * says that the test called name is skipped. */
bool process_kit_works(const char *name);

/* As suite_add, with a kit for each test. Adds nothing where that does not work. */
void process_kit_add(Suite *suite, const char *name, const TTest *test, int rows);

/* Opens a new executable file with the text, or the program at path, as what is run. */
void process_kit_script(const char *text);
void process_kit_program(const char *path);

/* The texts, a NULL-terminated array, as exec takes them. Lives as long as the test, which has only
 * one of them. */
char **process_kit_list(const char *const *texts);

/* Runs the process, which must start and leave no descriptor open. */
void process_kit_run(void);

/* Runs a script of the shell: the text without its first line. */
void process_kit_shell(const char *text);

/* The output and the errors as text. */
const char *process_kit_output(void);
const char *process_kit_errors(void);

/* Waits until nobody has the FIFO open for writing. */
void process_kit_wait_for_writers(void);

/* How many descriptors this process has open. */
int process_kit_descriptors(void);

#endif
