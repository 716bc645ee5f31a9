/* What a dump of nginx's configuration says of one server and its location. */
#include "nginx_block.h"

#include <stdlib.h>
#include <string.h>

#include "list.h"
#include "memory.h"
#include "nginx_dump.h"
#include "nginx_server.h"

enum { FRAMES_MAX = 32, TEXT_LEN = 256 };

/* Blocks by what they mean to us. */
enum kind {
    KIND_MAIN = 1,
    KIND_HTTP = 2,
    KIND_SERVER = 4,
    KIND_LOCATION = 8, /* and what stands in one or in a server: "if", "limit_except" */
    KIND_UPSTREAM = 16,
    KIND_OTHER = 32
};

/* An open block. */
struct frame {
    enum kind kind;
    bool own_params; /* else those of the block around it hold */
    struct nginx_route route;
};

struct upstream {
    char name[TEXT_LEN];
    char server[TEXT_LEN];
};

struct reader {
    const struct nginx_target *target;
    struct nginx_servers servers;
    struct upstream *upstreams;
    size_t upstream_count;
    struct frame frames[FRAMES_MAX];
    size_t depth;  /* of the present block among the frames */
    size_t beyond; /* how many blocks are open that are too deep to be looked at */
};

/* Copies text as far as it fits. */
static void copy(char to[static TEXT_LEN], const char *text)
{
    const size_t len = strnlen(text, TEXT_LEN - 1);
    memcpy(to, text, len);
    to[len] = '\0';
}

static void take_listen(struct reader *reader, const struct nginx_directive *directive)
{
    nginx_server_listen(&reader->servers, directive);
}

static void take_name(struct reader *reader, const struct nginx_directive *directive)
{
    nginx_server_name(&reader->servers, directive, reader->target->domain);
}

static void take_ssl(struct reader *reader, const struct nginx_directive *directive)
{
    if (strcmp(nginx_word(directive, 1), "on") == 0)
        nginx_server_last(&reader->servers)->tls = true;
}

static void take_pass(struct reader *reader, const struct nginx_directive *directive)
{
    copy(reader->frames[reader->depth].route.socket, nginx_word(directive, 1));
}

/* A block with parameters of its own has none of those around it. Of one that is given twice the
 * program sees the first. */
static void take_param(struct reader *reader, const struct nginx_directive *directive)
{
    struct frame *frame = &reader->frames[reader->depth];
    const char *name = nginx_word(directive, 1);
    const char *value = nginx_word(directive, 2);
    if (!frame->own_params) {
        frame->own_params = true;
        frame->route.program[0] = '\0';
        frame->route.config[0] = '\0';
    }
    if (strcmp(name, "SCRIPT_FILENAME") == 0 && frame->route.program[0] == '\0')
        copy(frame->route.program, value);
    if (strcmp(name, "FEISHU_CONFIG") == 0 && frame->route.config[0] == '\0')
        copy(frame->route.config, value);
}

static void take_upstream_server(struct reader *reader, const struct nginx_directive *directive)
{
    struct upstream *upstream = &reader->upstreams[reader->upstream_count - 1];
    if (upstream->server[0] == '\0')
        copy(upstream->server, nginx_word(directive, 1));
}

/* The directives that matter, and in which blocks. */
static const struct {
    const char *name;
    unsigned kinds;
    void (*take)(struct reader *reader, const struct nginx_directive *directive);
} directives[] = {
    { "listen", KIND_SERVER, take_listen },
    { "server_name", KIND_SERVER, take_name },
    { "ssl", KIND_SERVER, take_ssl },
    { "fastcgi_pass", KIND_LOCATION, take_pass },
    { "fastcgi_param", KIND_HTTP | KIND_SERVER | KIND_LOCATION, take_param },
    { "server", KIND_UPSTREAM, take_upstream_server },
};

static void take_simple(struct reader *reader, const struct nginx_directive *directive)
{
    const enum kind kind = reader->frames[reader->depth].kind;
    for (size_t i = 0; i < sizeof(directives) / sizeof(directives[0]); i++) {
        if ((directives[i].kinds & kind) != 0 &&
            strcmp(directives[i].name, nginx_word(directive, 0)) == 0)
            directives[i].take(reader, directive);
    }
}

/* The blocks that matter, where they may stand, and what they are. */
static const struct {
    const char *name;
    unsigned around;
    enum kind kind;
} blocks[] = {
    { "http", KIND_MAIN, KIND_HTTP },
    { "server", KIND_HTTP, KIND_SERVER },
    { "upstream", KIND_HTTP, KIND_UPSTREAM },
    { "location", KIND_SERVER | KIND_LOCATION, KIND_LOCATION },
    { "if", KIND_SERVER | KIND_LOCATION, KIND_LOCATION },
    { "limit_except", KIND_LOCATION, KIND_LOCATION },
};

static enum kind kind_of(const struct nginx_directive *directive, enum kind around)
{
    for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++) {
        if ((blocks[i].around & around) != 0 &&
            strcmp(blocks[i].name, nginx_word(directive, 0)) == 0)
            return blocks[i].kind;
    }
    return KIND_OTHER;
}

/* "~ ^/feishu(/.*)?$" of "location ~ ^/feishu(/.*)?$". */
static void copy_pattern(char to[static TEXT_LEN], const struct nginx_directive *directive)
{
    const bool two = directive->count > 2;
    char *both = two ? memory_format("%s %s", nginx_word(directive, 1), nginx_word(directive, 2))
                     : memory_copy(nginx_word(directive, 1));
    copy(to, both);
    free(both);
}

static void add_upstream(struct reader *reader, const char *name)
{
    reader->upstreams =
        list_grow(reader->upstreams, reader->upstream_count, sizeof(*reader->upstreams));
    struct upstream *upstream = &reader->upstreams[reader->upstream_count++];
    upstream->server[0] = '\0';
    copy(upstream->name, name);
}

static void take_open(struct reader *reader, const struct nginx_directive *directive)
{
    if (reader->beyond > 0 || reader->depth + 1 == FRAMES_MAX) {
        reader->beyond++;
        return;
    }
    const struct frame *around = &reader->frames[reader->depth];
    struct frame *frame = &reader->frames[++reader->depth];
    *frame = *around;
    frame->kind = kind_of(directive, around->kind);
    frame->own_params = false;
    frame->route.socket[0] = '\0';
    if (frame->kind == KIND_SERVER)
        nginx_servers_add(&reader->servers, directive);
    if (frame->kind == KIND_UPSTREAM)
        add_upstream(reader, nginx_word(directive, 1));
    if (strcmp(nginx_word(directive, 0), "location") == 0)
        copy_pattern(frame->route.location, directive);
}

/* The name of the file at the end of the path. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

/* How much a route is the one that is looked for; 0: not at all. Of routes that fit alike the one
 * around is meant: a block within a location serves a part of it, as alerts. */
static int fitness(const struct nginx_target *target, const struct nginx_route *route, bool within)
{
    const char *program = target->program == NULL ? "feishu.cgi" : target->program;
    const bool same = strcmp(program, route->program) == 0;
    if (route->socket[0] == '\0' ||
        (!same && strcmp(base_name(program), base_name(route->program)) != 0))
        return 0;
    const bool configured = target->config != NULL && strcmp(target->config, route->config) == 0;
    return 1 + (within ? 0 : 1) + (configured ? 2 : 0) + (same ? 4 : 0);
}

static void take_close(struct reader *reader)
{
    if (reader->beyond > 0) {
        reader->beyond--;
        return;
    }
    const struct frame *frame = &reader->frames[reader->depth--];
    const bool within = reader->frames[reader->depth].kind == KIND_LOCATION;
    if (frame->kind == KIND_LOCATION)
        nginx_server_route(&reader->servers, &frame->route,
                           fitness(reader->target, &frame->route, within));
}

static void take(void *context, const struct nginx_directive *directive)
{
    struct reader *reader = context;
    if (directive->part == NGINX_OPEN)
        take_open(reader, directive);
    else if (directive->part == NGINX_CLOSE)
        take_close(reader);
    else if (reader->beyond == 0)
        take_simple(reader, directive);
}

/* What stands behind a name of an upstream. */
static void resolve(const struct reader *reader, char socket[static TEXT_LEN])
{
    for (size_t i = 0; i < reader->upstream_count; i++) {
        if (strcmp(reader->upstreams[i].name, socket) == 0) {
            copy(socket, reader->upstreams[i].server);
            return;
        }
    }
}

void nginx_find(const char *dump, size_t len, const struct nginx_target *target,
                struct nginx_facts *facts)
{
    struct reader *reader = memory_zero(1, sizeof(*reader));
    *facts = (struct nginx_facts){ 0 };
    reader->target = target;
    reader->frames[0].kind = KIND_MAIN;
    nginx_walk(dump, len, take, reader);
    nginx_servers_choose(&reader->servers, target->port, facts);
    resolve(reader, facts->socket);
    nginx_servers_release(&reader->servers);
    free(reader->upstreams);
    free(reader);
}

void nginx_read(const char *dump, size_t len, const char *domain, struct nginx_facts *facts)
{
    const struct nginx_target target = { .domain = domain };
    nginx_find(dump, len, &target, facts);
}
