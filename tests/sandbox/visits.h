/* Pure. The API requests that came in, in their order: the last ones. */
#ifndef SANDBOX_VISITS_H
#define SANDBOX_VISITS_H

#include <stddef.h>
#include <stdint.h>

struct json_object;

struct visit {
    int64_t at_ms; /* wall clock */
    char *method;
    char *path;
    int http; /* 0 while it is not answered, and if it never was */
    int64_t code;
};

struct visits {
    struct visit *list;
    size_t count;
    size_t forgotten; /* how many came before the first of the list */
};

/* Notes that a request came. Returns its number. */
size_t visits_begin(struct visits *visits, const char *method, const char *path, int64_t at_ms);

/* Notes how the request of that number was answered. */
void visits_end(struct visits *visits, size_t number, int http, int64_t code);

/* How many of the requests had a path that begins with prefix; prefix may be NULL. */
size_t visits_count(const struct visits *visits, const char *prefix);

/* As an array for the controls, of the last max there were; prefix as above. Caller frees. */
struct json_object *visits_print(const struct visits *visits, const char *prefix, size_t max);

void visits_release(struct visits *visits);

#endif
