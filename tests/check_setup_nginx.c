/* nginx's part of the setup: the block that is printed, and a configuration that is read. */
#include "nginx_block.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "memory.h"
#include "place.h"
#include "suite.h"

static const struct place place = PLACE_INIT;

static struct nginx_wish wish_of(const char *domain, const char *path)
{
    return (struct nginx_wish){
        .domain = domain, .path = path, .config_path = CONFIG_DEFAULT_PATH, .place = &place
    };
}

static bool holds(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

START_TEST(the_sample_is_the_block_of_a_default_installation)
{
    struct buf sample = BUF_INIT(1 << 20);
    struct nginx_wish wish = wish_of("bot.example.com", "/feishu");
    FILE *file = fopen("sample-nginx.conf", "re");
    ck_assert_ptr_nonnull(file);
    sample.len = fread(buf_reserve(&sample, 1 << 16), 1, 1 << 16, file);
    sample.data[sample.len] = '\0';
    ck_assert_int_eq(fclose(file), 0);
    wish.server = true;
    char *block = nginx_block(&wish);
    ck_assert_str_eq(block, buf_text(&sample));
    free(block);
    buf_release(&sample);
}
END_TEST

/* Nothing of the sample's own values is left in another installation's block. */
START_TEST(a_block_is_of_its_installation)
{
    const struct place other = { .cgi = "/opt/cgi/bridge.cgi", .socket = "/run/other.socket" };
    const struct nginx_wish wish = { .domain = "b.test",
                                     .path = "/a.b/c",
                                     .config_path = "/srv/second.conf",
                                     .place = &other,
                                     .server = _i == 1,
                                     .certificate = _i == 1 ? "/srv/tls" : NULL };
    char *block = nginx_block(&wish);
    ck_assert(holds(block, "location ~ ^/a\\.b/c(/.*)?$ {"));
    ck_assert(holds(block, "is https://b.test/a.b/c (or /a.b/c/event)."));
    ck_assert(holds(block, "fastcgi_pass  unix:/run/other.socket;"));
    ck_assert(holds(block, "fastcgi_param SCRIPT_FILENAME /opt/cgi/bridge.cgi;"));
    ck_assert(holds(block, "\n        fastcgi_param FEISHU_CONFIG /srv/second.conf;"));
    ck_assert(holds(block, "limit_req_zone"));
    ck_assert(!holds(block, "bot.example.com"));
    ck_assert(!holds(block, "^/feishu"));
    ck_assert(!holds(block, "/run/feishu-cgi.socket"));
    ck_assert(!holds(block, "lib/cgi-bin"));
    ck_assert_int_eq(holds(block, "server {"), _i == 1);
    ck_assert_int_eq(holds(block, "server_name b.test;"), _i == 1);
    ck_assert_int_eq(holds(block, "ssl_certificate     /srv/tls/fullchain.pem;"), _i == 1);
    free(block);
}
END_TEST

START_TEST(the_default_configuration_is_not_named)
{
    const struct nginx_wish wish = wish_of("b.test", "");
    char *block = nginx_block(&wish);
    ck_assert(holds(block, "location ~ ^(/.*)?$ {"));
    ck_assert(holds(block, "        #fastcgi_param FEISHU_CONFIG /etc/feishu/second.conf;"));
    ck_assert(!holds(block, " fastcgi_param FEISHU_CONFIG"));
    free(block);
}
END_TEST

static const struct {
    const char *domain;
    bool valid;
} domains[] = {
    { "bot.example.com", true },
    { "localhost", true },
    { "BOT.example.com", true },
    { "a-b.c1", true },
    { "1a.com", true },
    { "203.0.113.7", true },
    { "0.0.0.0", true },
    { "1.com", true },
    { "", false },
    { ".", false },
    { ".a.com", false },
    { "a..com", false },
    { "a.com.", false },
    { "-a.com", false },
    { "a-.com", false },
    { "256.1.1.1", false },
    { "1.2.3", false },
    { "1.2.3.4.5", false },
    { "1.2.3.0004", false },
    { "99999999999999999999.1.1.1", false },
    { "a.com;", false },
    { "a.com { }", false },
    { "a.com\nb", false },
    { "*.a.com", false },
    { "~a", false },
    { "a_b.com", false },
    { "a.com:443", false },
    { "https://a.com", false },
    { "\xe9\xa3\x9e.com", false },
    { "[::1]", false },
    { "a123456789012345678901234567890123456789012345678901234567890123.com", false },
};

START_TEST(domains_are_told_from_other_words)
{
    ck_assert_msg(nginx_domain_is_valid(domains[_i].domain) == domains[_i].valid, "%s",
                  domains[_i].domain);
}
END_TEST

/* A value of the wish that is not the default, and whether it may stand. */
static const struct {
    const char *path;
    const char *config;
    const char *socket;
    bool valid;
} wishes[] = {
    { "/feishu", CONFIG_DEFAULT_PATH, "/run/a.socket", true },
    { "", CONFIG_DEFAULT_PATH, "/run/a.socket", true },
    { "/a/b-c_d~e.f", CONFIG_DEFAULT_PATH, "/run/a.socket", true },
    { "feishu", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/a/", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/a//b", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/a/../b", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/a(b", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/a b", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/a$b", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/a;b", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/a\nb", CONFIG_DEFAULT_PATH, "/run/a.socket", false },
    { "/feishu", "relative.conf", "/run/a.socket", false },
    { "/feishu", "/etc/a b.conf", "/run/a.socket", false },
    { "/feishu", "/etc/${a}", "/run/a.socket", false },
    { "/feishu", "/etc/a;b", "/run/a.socket", false },
    { "/feishu", "/etc/\"a\"", "/run/a.socket", false },
    { "/feishu", "", "/run/a.socket", false },
    { "/feishu", CONFIG_DEFAULT_PATH, "a.socket", false },
    { "/feishu", CONFIG_DEFAULT_PATH, "/run/a\n.socket", false },
};

START_TEST(nothing_breaks_out_of_its_line)
{
    const struct place other = { .cgi = "/cgi/feishu.cgi", .socket = wishes[_i].socket };
    const struct nginx_wish wish = { .domain = "b.test",
                                     .path = wishes[_i].path,
                                     .config_path = wishes[_i].config,
                                     .place = &other };
    const char *trouble = nginx_wish_trouble(&wish);
    ck_assert_msg((trouble == NULL) == wishes[_i].valid, "%s", trouble == NULL ? "" : trouble);
}
END_TEST

#define MARK    "# configuration file "
#define TO_US   "fastcgi_pass unix:/run/f; fastcgi_param SCRIPT_FILENAME /cgi/feishu.cgi;"
#define OUR_WAY "location /f { " TO_US " }"
#define TLS     "listen 443 ssl;"
#define MAIN    MARK "/etc/nginx/nginx.conf:\n"

/* A dump, and what is found for https://bot.test: the place of the server, that of a twin, and the
 * socket of the location. */
static const struct {
    const char *name;
    const char *dump;
    const char *server;
    const char *twin;
    const char *socket; /* NULL: no location */
} dumps[] = {
    { "one server", MAIN "http {\nserver { " TLS "\nserver_name bot.test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:2", ":0", "unix:/run/f" },
    { "none", MAIN "http { }", ":0", ":0", NULL },
    { "empty", "", ":0", ":0", NULL },
    { "no dump", "nginx: no such thing\nhttp { server { " TLS " } }", ":0", ":0", NULL },
    { "letters do not matter", MAIN "http {server { " TLS "server_name Bot.TEST; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "one name of many", MAIN "http {server { " TLS "server_name a.test\n b.test bot.test;}}",
      "/etc/nginx/nginx.conf:1", ":0", NULL },
    { "the name, not the first",
      MAIN "http {server { " TLS "server_name a.test; " OUR_WAY "}\nserver { " TLS
           "server_name bot.test; }}",
      "/etc/nginx/nginx.conf:2", ":0", NULL },
    { "by default", MAIN "http {server { " TLS "server_name a.test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "the default one",
      MAIN "http {server { " TLS "}\nserver { listen 443 default_server ssl; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:2", ":0", "unix:/run/f" },
    { "a wildcard",
      MAIN "http {server {" TLS "}\nserver { " TLS "server_name *.test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:2", ":0", "unix:/run/f" },
    { "a wildcard of dots",
      MAIN "http {server {" TLS "}\nserver { " TLS "server_name .test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:2", ":0", "unix:/run/f" },
    { "a wildcard behind",
      MAIN "http {server {" TLS "}\nserver { " TLS "server_name bot.*; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:2", ":0", "unix:/run/f" },
    { "the exact name before wildcards",
      MAIN "http {server {" TLS "server_name *.test bot.*;}\nserver { " TLS
           "server_name bot.test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:2", ":0", "unix:/run/f" },
    { "a wildcard of another",
      MAIN "http {server { " TLS "}\nserver { " TLS "server_name *.other.test x*.test; }}",
      "/etc/nginx/nginx.conf:1", ":0", NULL },
    { "another port is another server",
      MAIN "http {server { listen 80; server_name bot.test; }\nserver {\n" TLS
           "server_name bot.test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:2", ":0", "unix:/run/f" },
    { "without listen it is 80", MAIN "http {server { server_name bot.test; " OUR_WAY "}}", ":0",
      ":0", NULL },
    { "a range of ports",
      MAIN "http {server { listen 127.0.0.1:440-450 ssl; server_name bot.test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "twins",
      MAIN "http {server { " TLS "server_name bot.test; }\nserver { listen *:443 ssl; "
           "server_name bot.test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:1", "/etc/nginx/nginx.conf:2", NULL },
    { "no twins at other addresses",
      MAIN "http {server { " TLS "server_name bot.test; " OUR_WAY
           "}\nserver { listen [::]:443 ssl; "
           "server_name bot.test; }}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "a stream is no server", MAIN "stream { server { " TLS "server_name bot.test; }}", ":0", ":0",
      NULL },
    { "a comment is nothing",
      MAIN "http {\n# server { " TLS "server_name bot.test; " OUR_WAY "}\n}", ":0", ":0", NULL },
    { "quotes",
      MAIN "http {server { " TLS "server_name \"bot.test\"; location \"/f{2}\" { fastcgi_pass "
           "'unix:/run/f'; fastcgi_param 'SCRIPT_FILENAME' \"/cgi/feishu.cgi\";}}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "a quoted brace closes nothing",
      MAIN "http { log_format a '}}'; map $a $b { \"}\" 1; }\nserver { " TLS
           "server_name bot.test; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:2", ":0", "unix:/run/f" },
    { "a variable's brace",
      MAIN "http {server { " TLS "server_name bot.test; root /a/${b}/c; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "an escaped quote",
      MAIN "http {server { " TLS "server_name bot.test; a 'b\\'}c'; " OUR_WAY "}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "Lua",
      MAIN "http {server { " TLS "server_name bot.test;\ncontent_by_lua_block { local a = {} -- }\n"
           " b = '}\"' }" OUR_WAY "}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "another program",
      MAIN "http {server { " TLS "server_name bot.test; location / { fastcgi_pass unix:/run/f; "
           "fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; }}}",
      "/etc/nginx/nginx.conf:1", ":0", NULL },
    { "passed to nothing",
      MAIN "http {server { " TLS "server_name bot.test; location / { fastcgi_param SCRIPT_FILENAME "
           "/cgi/feishu.cgi; }}}",
      "/etc/nginx/nginx.conf:1", ":0", NULL },
    { "the very program before another of its name",
      MAIN "http {server { " TLS "server_name bot.test; location /a { fastcgi_pass unix:/run/a; "
           "fastcgi_param SCRIPT_FILENAME /old/feishu.cgi; }" OUR_WAY "}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "another of its name, for want of a better",
      MAIN "http {server { " TLS "server_name bot.test; location /a { fastcgi_pass unix:/run/a; "
           "fastcgi_param SCRIPT_FILENAME /old/feishu.cgi; }}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/a" },
    { "the location of our configuration",
      MAIN "http {server { " TLS "server_name bot.test; location /a { fastcgi_pass unix:/run/a; "
           "fastcgi_param SCRIPT_FILENAME /cgi/feishu.cgi; } location /b { " TO_US
           " fastcgi_param FEISHU_CONFIG /second.conf; }}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "parameters from around",
      MAIN "http {server { fastcgi_param SCRIPT_FILENAME /cgi/feishu.cgi; " TLS
           "server_name bot.test; location /a { fastcgi_pass unix:/run/a; }}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/a" },
    { "own parameters in place of those around",
      MAIN "http {server { fastcgi_param SCRIPT_FILENAME /cgi/feishu.cgi; " TLS
           "server_name bot.test; location /a { fastcgi_pass unix:/run/a; fastcgi_param A b; }}}",
      "/etc/nginx/nginx.conf:1", ":0", NULL },
    { "a location in a location",
      MAIN "http {server { " TLS "server_name bot.test; location / { if ($a) { b; } " OUR_WAY "}}}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/f" },
    { "an upstream",
      MAIN "http {server { " TLS "server_name bot.test; location / { fastcgi_pass bots; "
           "fastcgi_param SCRIPT_FILENAME /cgi/feishu.cgi; }} upstream bots { server unix:/run/up "
           "weight=5; server unix:/run/two; }}",
      "/etc/nginx/nginx.conf:1", ":0", "unix:/run/up" },
    { "an included server",
      MAIN "http {\n include sites-enabled/*; }\n\n" MARK "/etc/nginx/sites-enabled/feishu:\n\n"
           "server { " TLS "server_name bot.test; " OUR_WAY "}\n",
      "/etc/nginx/sites-enabled/feishu:2", ":0", "unix:/run/f" },
    { "an included location",
      MAIN "http { include /etc/nginx/s?tes/*.conf;}\n" MARK
           "/etc/nginx/sites/a.conf:\nserver { " TLS
           "server_name bot.test; include snippets/f.conf; }\n" MARK
           "/etc/nginx/snippets/f.conf:\n" OUR_WAY "\n",
      "/etc/nginx/sites/a.conf:1", ":0", "unix:/run/f" },
    { "a file that nobody includes",
      MAIN "http { include sites/*.conf;}\n" MARK "/etc/nginx/sites/deep/a.conf:\nserver { " TLS
           "server_name bot.test; " OUR_WAY "}\n" MARK "/etc/nginx/sites/a.conf.bak:\nserver { " TLS
           "server_name bot.test; " OUR_WAY "}\n",
      ":0", ":0", NULL },
    { "files that include each other",
      MAIN "http { include a;}\n" MARK "/etc/nginx/a:\ninclude b; include b;\n" MARK
           "/etc/nginx/b:\ninclude a; include a;\nserver { " TLS "server_name bot.test; }\n",
      "/etc/nginx/b:2", "/etc/nginx/b:2", NULL },
    { "blocks that are not closed",
      MAIN "http { include a; include b;}\n" MARK "/etc/nginx/a:\nserver { location / {\n" MARK
           "/etc/nginx/b:\n}}}server { " TLS "server_name bot.test; " OUR_WAY "}\n",
      "/etc/nginx/b:1", ":0", "unix:/run/f" },
};

START_TEST(a_dump_is_read_as_nginx_reads_it)
{
    struct nginx_facts facts;
    const struct nginx_target target = {
        .domain = "bot.test", .port = 443, .program = "/cgi/feishu.cgi", .config = "/second.conf"
    };
    nginx_find(dumps[_i].dump, strlen(dumps[_i].dump), &target, &facts);
    char *server = memory_format("%s:%zu", facts.file, facts.line);
    char *twin = memory_format("%s:%zu", facts.twin_file, facts.twin_line);
    ck_assert_msg(strcmp(server, dumps[_i].server) == 0, "%s: %s", dumps[_i].name, server);
    ck_assert_msg(strcmp(twin, dumps[_i].twin) == 0, "%s: %s", dumps[_i].name, twin);
    ck_assert_msg(facts.has_location == (dumps[_i].socket != NULL), "%s", dumps[_i].name);
    ck_assert_str_eq(facts.socket, dumps[_i].socket == NULL ? "" : dumps[_i].socket);
    free(server);
    free(twin);
}
END_TEST

/* How the server listens. */
static const struct {
    const char *listens;
    bool tls;
    bool only_ipv6;
} listens[] = {
    { "listen 443 ssl http2;", true, false },
    { "listen 443;", false, false },
    { "listen 443 http2 default_server;", false, false },
    { "listen 443; ssl on;", true, false },
    { "listen [::]:443 ssl;", true, true },
    { "listen [::]:443 ssl ipv6only=off;", true, false },
    { "listen [::]:443 ssl; listen 443 ssl;", true, false },
    { "listen 80; listen 10.0.0.1:443 ssl;", true, false },
    { "listen 80 ssl; listen 443;", false, false },
};

START_TEST(how_a_server_listens)
{
    struct nginx_facts facts;
    const struct nginx_target target = { .domain = "bot.test", .port = 443 };
    char *dump =
        memory_format(MAIN "http { server { server_name bot.test; %s } }", listens[_i].listens);
    nginx_find(dump, strlen(dump), &target, &facts);
    ck_assert(facts.has_server && !facts.by_default);
    ck_assert_msg(facts.has_tls == listens[_i].tls, "%s", listens[_i].listens);
    ck_assert_msg(facts.only_ipv6 == listens[_i].only_ipv6, "%s", listens[_i].listens);
    free(dump);
}
END_TEST

START_TEST(without_a_port_the_one_with_tls_counts)
{
    static const char dump[] = MAIN "http { server { listen 80; server_name bot.test; }\n"
                                    "server { listen 8443 ssl; server_name bot.test; location ~ "
                                    "^/f(/.*)?$ { " TO_US " fastcgi_param FEISHU_CONFIG /x; }}}";
    struct nginx_facts facts;
    nginx_read(dump, strlen(dump), "bot.test", &facts);
    ck_assert(facts.has_server && facts.has_tls && facts.has_location && !facts.by_default);
    ck_assert_uint_eq(facts.line, 2);
    ck_assert_str_eq(facts.location, "~ ^/f(/.*)?$");
    ck_assert_str_eq(facts.program, "/cgi/feishu.cgi");
    ck_assert_str_eq(facts.config, "/x");
    nginx_read(dump, strlen(dump), "other.test", &facts);
    ck_assert(!facts.has_server && !facts.by_default && facts.file[0] == '\0');
}
END_TEST

/* What a block says is what is read out of it. */
START_TEST(a_block_is_understood)
{
    struct nginx_wish wish = wish_of("bot.test", "/x.y");
    wish.server = true;
    wish.config_path = "/srv/second.conf";
    char *block = nginx_block(&wish);
    char *dump = memory_format(MAIN "http { include s; }\n" MARK "/etc/nginx/s:\n%s", block);
    struct nginx_facts facts;
    nginx_read(dump, strlen(dump), "bot.test", &facts);
    ck_assert(facts.has_server && facts.has_tls && facts.has_location && !facts.only_ipv6);
    ck_assert_str_eq(facts.location, "~ ^/x\\.y(/.*)?$");
    ck_assert_str_eq(facts.socket, "unix:/run/feishu-cgi.socket");
    ck_assert_str_eq(facts.program, place.cgi);
    ck_assert_str_eq(facts.config, "/srv/second.conf");
    free(dump);
    free(block);
}
END_TEST

/* Includes that multiply with each file come to an end. */
START_TEST(a_dump_that_would_take_for_ever_is_left)
{
    struct buf dump = BUF_INIT(1 << 20);
    struct nginx_facts facts;
    buf_add_text(&dump, MAIN "http { include *; }\n");
    for (int i = 0; i < 100; i++)
        buf_add_format(&dump, MARK "/etc/nginx/%d:\nserver { " TLS " } include *; include *;\n", i);
    nginx_read(buf_text(&dump), dump.len, "bot.test", &facts);
    ck_assert(!facts.has_server);
    buf_release(&dump);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "sample", the_sample_is_the_block_of_a_default_installation, 1);
    suite_add(suite, "block", a_block_is_of_its_installation, 2);
    suite_add(suite, "default", the_default_configuration_is_not_named, 1);
    suite_add(suite, "domains", domains_are_told_from_other_words, COUNT(domains));
    suite_add(suite, "wishes", nothing_breaks_out_of_its_line, COUNT(wishes));
    suite_add(suite, "dumps", a_dump_is_read_as_nginx_reads_it, COUNT(dumps));
    suite_add(suite, "listen", how_a_server_listens, COUNT(listens));
    suite_add(suite, "read", without_a_port_the_one_with_tls_counts, 1);
    suite_add(suite, "understood", a_block_is_understood, 1);
    suite_add(suite, "endless", a_dump_that_would_take_for_ever_is_left, 1);
}

SUITE_MAIN("setup: nginx", fill)
