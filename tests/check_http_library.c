/* libcurl as it may be: missing, too old, refusing; and a resolver that never comes back. The
 * functions dlopen and getaddrinfo of this program stand before the system's. */
#include "http.h"

#include <dlfcn.h>
#include <netdb.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

#include "http_kit.h"
#include "memory.h"
#include "number.h"
#include "suite.h"

/* A libcurl that reaches nobody and tells through the environment what it was asked: OPTION_n is
 * the value of option n, PERFORMED that it was to send. It refuses option number REFUSE. */
static const char stand_in[] =
    "#include <stdarg.h>\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "static int refuses(int option)\n"
    "{\n"
    "    const char *number = getenv(\"REFUSE\");\n"
    "    return number != NULL && atoi(number) == option;\n"
    "}\n"
    "int curl_global_init(long flags) { (void)flags; return refuses(-1) ? 2 : 0; }\n"
    "void curl_global_cleanup(void) { }\n"
    "void *curl_easy_init(void) { return malloc(1); }\n"
    "void curl_easy_cleanup(void *handle) { free(handle); }\n"
    "void curl_easy_reset(void *handle) { (void)handle; }\n"
    "int curl_easy_setopt(void *handle, int option, ...)\n"
    "{\n"
    "    char name[32], value[256];\n"
    "    va_list arguments;\n"
    "    (void)handle;\n"
    "    va_start(arguments, option);\n"
    "    if (option < 10000)\n"
    "        snprintf(value, sizeof(value), \"%ld\", va_arg(arguments, long));\n"
    "    else if (option < 20000 && option != 10023)\n"
    "        snprintf(value, sizeof(value), \"%s\", va_arg(arguments, char *));\n"
    "    else\n"
    "        snprintf(value, sizeof(value), \"set\");\n"
    "    va_end(arguments);\n"
    "    snprintf(name, sizeof(name), \"OPTION_%d\", option);\n"
    "    setenv(name, value, 1);\n"
    "    return refuses(option) ? 48 : 0;\n"
    "}\n"
    "int curl_easy_getinfo(void *handle, int info, ...) { (void)handle; return info == 0; }\n"
    "int curl_easy_perform(void *handle)\n"
    "{\n"
    "    (void)handle;\n"
    "    setenv(\"PERFORMED\", \"1\", 1);\n"
    "    return 7;\n"
    "}\n"
    "int curl_easy_header(void) { return 1; }\n"
    "const char *curl_easy_strerror(int code) { return code == 48 ? \"unknown\" : \"stand-in\"; }\n"
    "struct list { char *text; struct list *next; };\n"
    "static struct list only = { \"\", NULL };\n"
    "struct list *curl_slist_append(void) { return &only; }\n"
    "void curl_slist_free_all(void) { }\n"
    "long curl_getdate(void) { return -1; }\n";

static const char *instead;  /* the file that is loaded for libcurl */
static int resolver_pipe[2]; /* while it is open, a resolver that reads from it hangs */
static bool resolver_hangs;
static atomic_int resolver_thread;

void *dlopen(const char *file, int mode)
{
    void *(*real)(const char *, int);
    void *found = dlsym(RTLD_NEXT, "dlopen");
    memcpy(&real, &found, sizeof(real));
    bool replaced = instead != NULL && file != NULL && strcmp(file, "libcurl.so.4") == 0;
    return real(replaced ? instead : file, mode);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints,
                struct addrinfo **result)
{
    int (*real)(const char *, const char *, const struct addrinfo *, struct addrinfo **);
    void *found = dlsym(RTLD_NEXT, "getaddrinfo");
    char byte;
    if (resolver_hangs) {
        atomic_store(&resolver_thread, gettid());
        return read(resolver_pipe[0], &byte, 1) < 0 ? EAI_SYSTEM : EAI_AGAIN;
    }
    memcpy(&real, &found, sizeof(real));
    return real(name, service, hints, result);
}

static enum http_outcome post_anywhere(int64_t deadline_ms)
{
    const struct http_request request = { .method = "POST",
                                          .url = "https://platform.test/",
                                          .bearer = HTTP_KIT_TOKEN,
                                          .body = "{}",
                                          .body_len = 2 };
    return http_kit_send(&request, deadline_ms);
}

/* Builds the stand-in and has it loaded. Caller frees the path. */
static char *build_stand_in(void)
{
    char *path = memory_format("%s/stand_in.so", http_kit.folder);
    char *source = memory_format("%s.c", path);
    char *command = memory_format("cc -w -shared -fPIC -o %s %s", path, source);
    FILE *file = fopen(source, "we");
    ck_assert(file != NULL && fputs(stand_in, file) >= 0 && fclose(file) == 0);
    http_kit_run(command);
    free(source);
    free(command);
    instead = path;
    return path;
}

START_TEST(a_missing_library_is_named_with_its_package)
{
    instead = "libcurl.so.that-is-not-there";
    http_kit.http = http_open("/etc/ssl/certs", "", false);
    for (int i = 0; i < 2; i++) {
        ck_assert_int_eq(post_anywhere(http_kit_late()), HTTP_UNREACHED);
        ck_assert_msg(strstr(http_kit.error.text, "package libcurl4") != NULL, "%s",
                      http_kit.error.text);
    }
    instead = NULL;
}
END_TEST

START_TEST(a_library_that_lacks_a_function_is_not_used)
{
    instead = "libm.so.6";
    http_kit.http = http_open("/etc/ssl/certs", "", false);
    ck_assert_int_eq(post_anywhere(http_kit_late()), HTTP_UNREACHED);
    ck_assert_msg(strstr(http_kit.error.text, "lacks curl_global_init") != NULL, "%s",
                  http_kit.error.text);
    instead = NULL;
}
END_TEST

/* Each option without which a request must not go out; 0: none, -1: the library's start. */
static const int needed[] = {
    0,
    -1,
    CURLOPT_URL,
    CURLOPT_PROTOCOLS_STR,
    CURLOPT_FOLLOWLOCATION,
    CURLOPT_PROXY,
    CURLOPT_NOPROXY,
    CURLOPT_CAINFO,
    CURLOPT_CAPATH,
    CURLOPT_SSLVERSION,
    CURLOPT_HTTP_VERSION,
    CURLOPT_HEADEROPT,
    CURLOPT_NETRC,
    CURLOPT_DISALLOW_USERNAME_IN_URL,
    CURLOPT_PATH_AS_IS,
    CURLOPT_NOSIGNAL,
    CURLOPT_QUICK_EXIT,
    CURLOPT_TIMEOUT_MS,
    CURLOPT_CONNECTTIMEOUT_MS,
    CURLOPT_HTTPHEADER,
    CURLOPT_CUSTOMREQUEST,
    CURLOPT_USERAGENT,
    CURLOPT_POSTFIELDS,
    CURLOPT_POSTFIELDSIZE_LARGE,
    CURLOPT_ERRORBUFFER,
    CURLOPT_PREREQFUNCTION,
    CURLOPT_PREREQDATA,
    CURLOPT_HEADERFUNCTION,
    CURLOPT_HEADERDATA,
    CURLOPT_WRITEFUNCTION,
    CURLOPT_WRITEDATA,
};

START_TEST(an_option_that_is_refused_stops_the_request)
{
    char *path = build_stand_in();
    char *number = memory_format("%d", needed[_i]);
    ck_assert_int_eq(setenv("REFUSE", number, 1), 0);
    ck_assert_int_eq(unsetenv("PERFORMED"), 0);
    http_kit.http = http_open("/etc/ssl/certs", "", false);
    ck_assert_int_eq(post_anywhere(http_kit_late()), HTTP_UNREACHED);
    ck_assert_msg((getenv("PERFORMED") != NULL) == (needed[_i] == 0), "%d", needed[_i]);
    http_kit_finish();
    instead = NULL;
    free(number);
    free(path);
}
END_TEST

/* The value that an option was set to; NULL: it was not. */
static const char *option(int number)
{
    char *name = memory_format("OPTION_%d", number);
    const char *value = getenv(name);
    free(name);
    return value;
}

static uint64_t option_number(int number)
{
    uint64_t value = 0;
    ck_assert(number_parse(option(number), 0, UINT64_MAX, &value));
    return value;
}

static const struct {
    const char *ca;
    const char *folder;
    const char *file;
    bool plain_allowed;
    const char *protocols;
} ways[] = {
    { "/etc/ssl", "/etc/ssl", "(null)", false, "https" },
    { "/etc/passwd", "(null)", "/etc/passwd", true, "https,http" },
};

START_TEST(options_are_as_secure_as_promised)
{
    char *path = build_stand_in();
    ck_assert_int_eq(unsetenv("REFUSE"), 0);
    http_kit.http = http_open(ways[_i].ca, "http://127.0.0.1:1", ways[_i].plain_allowed);
    ck_assert_int_eq(post_anywhere(http_kit_soon()), HTTP_UNREACHED);
    ck_assert_str_eq(option(CURLOPT_CAPATH), ways[_i].folder);
    ck_assert_str_eq(option(CURLOPT_CAINFO), ways[_i].file);
    ck_assert_str_eq(option(CURLOPT_PROTOCOLS_STR), ways[_i].protocols);
    ck_assert_str_eq(option(CURLOPT_PROXY), "http://127.0.0.1:1");
    ck_assert_str_eq(option(CURLOPT_NOPROXY), "");
    ck_assert_str_eq(option(CURLOPT_FOLLOWLOCATION), "0");
    ck_assert_str_eq(option(CURLOPT_NOSIGNAL), "1");
    ck_assert_str_eq(option(CURLOPT_QUICK_EXIT), "1");
    ck_assert_uint_eq(option_number(CURLOPT_HTTP_VERSION), CURL_HTTP_VERSION_1_1);
    ck_assert_uint_eq(option_number(CURLOPT_SSLVERSION), CURL_SSLVERSION_TLSv1_2);
    ck_assert_uint_eq(option_number(CURLOPT_HEADEROPT), CURLHEADER_SEPARATE);
    ck_assert_uint_gt(option_number(CURLOPT_TIMEOUT_MS), 0);
    ck_assert_uint_le(option_number(CURLOPT_TIMEOUT_MS), 1000);
    ck_assert_str_eq(option(CURLOPT_CONNECTTIMEOUT_MS), option(CURLOPT_TIMEOUT_MS));
    ck_assert_ptr_null(option(CURLOPT_SSL_VERIFYPEER));
    ck_assert_ptr_null(option(CURLOPT_SSL_VERIFYHOST));
    ck_assert_ptr_null(option(CURLOPT_COOKIEFILE));
    ck_assert_ptr_null(option(CURLOPT_USERPWD));
    http_kit_finish();
    instead = NULL;
    free(path);
}
END_TEST

START_TEST(a_deadline_far_away_is_no_endless_wait)
{
    char *path = build_stand_in();
    ck_assert_int_eq(unsetenv("REFUSE"), 0);
    http_kit.http = http_open("/etc/ssl/certs", "", false);
    ck_assert_int_eq(post_anywhere(INT64_MAX), HTTP_UNREACHED);
    ck_assert_uint_gt(option_number(CURLOPT_TIMEOUT_MS), 60 * 1000);
    ck_assert_uint_le(option_number(CURLOPT_TIMEOUT_MS), 24 * 3600 * 1000);
    http_kit_finish();
    instead = NULL;
    free(path);
}
END_TEST

/* Lets the resolver come back and waits until its thread is gone: libcurl no longer does. */
static void end_resolver(void)
{
    const struct timespec pause = { 0, 1000 * 1000 };
    char *task = NULL;
    ck_assert_int_eq(close(resolver_pipe[1]), 0);
    while (atomic_load(&resolver_thread) == 0)
        (void)nanosleep(&pause, NULL);
    task = memory_format("/proc/self/task/%d", atomic_load(&resolver_thread));
    while (access(task, F_OK) == 0)
        (void)nanosleep(&pause, NULL);
    free(task);
    ck_assert_int_eq(close(resolver_pipe[0]), 0);
}

START_TEST(a_resolver_that_hangs_delays_nobody)
{
    ck_assert_int_eq(pipe(resolver_pipe), 0);
    resolver_hangs = true;
    http_kit.http = http_open("/etc/ssl/certs", "", false);
    ck_assert_int_eq(post_anywhere(http_kit_soon()), HTTP_UNREACHED);
    http_kit_finish();
    end_resolver();
    resolver_hangs = false;
}
END_TEST

static void fill(Suite *suite)
{
    http_kit_add(suite, "missing", a_missing_library_is_named_with_its_package, 1);
    http_kit_add(suite, "too old", a_library_that_lacks_a_function_is_not_used, 1);
    http_kit_add(suite, "refused", an_option_that_is_refused_stops_the_request, COUNT(needed));
    http_kit_add(suite, "options", options_are_as_secure_as_promised, COUNT(ways));
    http_kit_add(suite, "far deadline", a_deadline_far_away_is_no_endless_wait, 1);
    http_kit_add(suite, "resolver", a_resolver_that_hangs_delays_nobody, 1);
}

SUITE_MAIN("http_library", fill)
