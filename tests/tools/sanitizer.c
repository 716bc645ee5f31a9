/* Linked into programs that are built with sanitizers: where their complaints go. The environment
 * cannot say, since neither CGI nor runner inherits one; and their standard error may be closed. */
/* NOLINTBEGIN(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp): the sanitizers' names */
const char *__asan_default_options(void);
const char *__ubsan_default_options(void);
/* NOLINTEND(bugprone-reserved-identifier,cert-dcl37-c,cert-dcl51-cpp) */

const char *__asan_default_options(void)
{
    return "log_path=" SANITIZER_LOG ":detect_stack_use_after_return=1";
}

const char *__ubsan_default_options(void)
{
    return "log_path=" SANITIZER_LOG ":print_stacktrace=1";
}
