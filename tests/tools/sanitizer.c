/* Linked into programs that are built with sanitizers: where their complaints go. The environment
 * cannot say, since neither CGI nor runner inherits one; and their standard error may be closed. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the sanitizers' names */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
int __lsan_is_turned_off(void);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

const char *__asan_default_options(void)
{
    return "log_path=" SANITIZER_LOG ":detect_stack_use_after_return=1";
}

const char *__ubsan_default_options(void)
{
    return "log_path=" SANITIZER_LOG ":print_stacktrace=1";
}

/* A process that is traced cannot be searched for leaks: strace kills some of ours on purpose. */
int __lsan_is_turned_off(void)
{
    char line[128];
    bool traced = false;
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && !traced && fgets(line, sizeof(line), status) != NULL)
        traced = strncmp(line, "TracerPid:", 10) == 0 && strcmp(line, "TracerPid:\t0\n") != 0;
    if (status != NULL)
        (void)fclose(status);
    return traced ? 1 : 0;
}
