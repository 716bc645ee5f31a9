/* Where a Redis is said to be. */
#include <string.h>

#include "redis_url.h"
#include "suite.h"

static const struct {
    const char *text;
    const char *path;
    const char *host;
    int port;
    const char *user;
    const char *password; /* NULL: none */
    int database;
} urls[] = {
    { "redis://h", NULL, "h", 6379, "", NULL, 0 },
    { "redis://redis.example.com:6380/3", NULL, "redis.example.com", 6380, "", NULL, 3 },
    { "redis://h/", NULL, "h", 6379, "", NULL, 0 },
    { "redis://h:1/65535", NULL, "h", 1, "", NULL, 65535 },
    { "redis://10.0.0.1:65535", NULL, "10.0.0.1", 65535, "", NULL, 0 },
    { "redis://[::1]", NULL, "::1", 6379, "", NULL, 0 },
    { "redis://[fd00::1]:7000/1", NULL, "fd00::1", 7000, "", NULL, 1 },
    { "redis://:pass@h", NULL, "h", 6379, "", "pass", 0 },
    { "redis://bot:pass@h:1/2", NULL, "h", 1, "bot", "pass", 2 },
    { "redis://bot:a:b@c@h", NULL, "h", 6379, "bot", "a:b@c", 0 },
    { "redis://b%6ft:%2f%40%3A%25@h", NULL, "h", 6379, "bot", "/@:%", 0 },
    { "unix:///run/redis.sock", "/run/redis.sock", NULL, 0, "", NULL, 0 },
    { "unix:///run/redis.sock?db=7", "/run/redis.sock", NULL, 0, "", NULL, 7 },
    { "unix://bot:pass@/run/redis.sock?db=0", "/run/redis.sock", NULL, 0, "bot", "pass", 0 },
};

static void same_text(const char *one, const char *other)
{
    ck_assert_int_eq(one == NULL, other == NULL);
    if (one != NULL)
        ck_assert_str_eq(one, other);
}

START_TEST(is_read)
{
    struct redis_url url;
    ck_assert_msg(redis_url_parse(urls[_i].text, &url), "%s", urls[_i].text);
    same_text(url.path, urls[_i].path);
    same_text(url.host, urls[_i].host);
    ck_assert_int_eq(url.port, urls[_i].port);
    ck_assert_str_eq(url.user, urls[_i].user);
    same_text(url.password.data, urls[_i].password);
    ck_assert_int_eq(url.database, urls[_i].database);
    redis_url_release(&url);
}
END_TEST

static const char *const wrong[] = {
    "",
    "redis:",
    "redis:/h",
    "redis://",
    "redis:///0",
    "rediss://h",
    "REDIS://h",
    "redis://h:",
    "redis://h:0",
    "redis://h:65536",
    "redis://h:1x",
    "redis://h:+1",
    "redis://h/x",
    "redis://h/65536",
    "redis://h/1/2",
    "redis://h/-1",
    "redis://h?db=1",
    "redis://h h",
    "redis://[::1",
    "redis://[]",
    "redis://[h]",
    "redis://[::1]1",
    "redis://pass@h",
    "redis://bot:@h",
    "redis://:@h",
    "redis://:%@h",
    "redis://:%4@h",
    "redis://:%4x@h",
    "redis://:%00@h",
    "redis://:pass@",
    "unix://",
    "unix:///",
    "unix://run/redis.sock",
    "unix:///run/redis.sock?",
    "unix:///run/redis.sock?db=",
    "unix:///run/redis.sock?db=x",
    "unix:///run/redis.sock?database=1",
    "unix://bot@/run/redis.sock",
};

START_TEST(is_refused)
{
    struct redis_url url;
    ck_assert_msg(!redis_url_parse(wrong[_i], &url), "%s", wrong[_i]);
    ck_assert_ptr_null(url.path);
    ck_assert_ptr_null(url.host);
    ck_assert_ptr_null(url.user);
    ck_assert_ptr_null(url.password.data);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "is read", is_read, COUNT(urls));
    suite_add(suite, "is refused", is_refused, COUNT(wrong));
}

SUITE_MAIN("redis url", fill)
