#include "nginx_block.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "memory.h"
#include "place.h"

/* The file itself is the template, so that the two cannot drift apart. */
__asm__(".pushsection .rodata\n"
        "nginx_block_sample:\n"
        ".incbin \"sample-nginx.conf\"\n"
        ".byte 0\n"
        ".popsection\n");
extern const char nginx_block_sample[] __attribute__((visibility("hidden")));

enum { BLOCK_MAX = 64 * 1024, PATH_MAX_LEN = 200, NAME_MAX_LEN = 253, LABEL_MAX_LEN = 63 };

/* What is found in the sample, and what stands there instead. */
struct change {
    const char *from;
    char *to; /* owned */
};

/* Appends text with every change made, the first of the list where several fit. */
static void add_changed(struct buf *out, const char *text, size_t len, const struct change *changes)
{
    const char *end = text + len;
    while (text < end) {
        const struct change *change = changes;
        while (change->from != NULL && strncmp(text, change->from, strlen(change->from)) != 0)
            change++;
        buf_add(out, change->from == NULL ? text : change->to,
                change->from == NULL ? 1 : strlen(change->to));
        text += change->from == NULL ? 1 : strlen(change->from);
    }
}

/* The path as a pattern: of what it may hold, only the dot means something there. Caller frees. */
static char *pattern_of(const char *path)
{
    char *pattern = memory_get(2 * strlen(path) + 2);
    char *to = pattern;
    *to++ = '^';
    for (; *path != '\0'; path++) {
        if (*path == '.')
            *to++ = '\\';
        *to++ = *path;
    }
    *to = '\0';
    return pattern;
}

/* The part of the sample from its first words to those of its end. */
static void add_part(struct buf *out, const char *first, const char *last,
                     const struct change *changes)
{
    const char *part = strstr(nginx_block_sample, first);
    const char *end = strstr(part, last) + strlen(last);
    add_changed(out, part, (size_t)(end - part), changes);
}

static void add_wished(struct buf *out, const struct nginx_wish *wish, const struct change *changes)
{
    if (wish->server) {
        add_part(out, nginx_block_sample, "\n}\n", changes);
        return;
    }
    buf_add_text(out, "# Outside of every server, as in /etc/nginx/conf.d/feishu.conf.\n");
    add_part(out, "# One memory", "\n\n", changes);
    buf_add_format(out, "# In the server %s that listens with TLS.\n", wish->domain);
    add_part(out, "    # The request URL", "\n    }\n", changes);
}

/* The line that names the configuration: a comment if it is the default. */
static char *config_line(const char *path)
{
    if (strcmp(path, CONFIG_DEFAULT_PATH) == 0)
        return memory_copy("#fastcgi_param FEISHU_CONFIG " FEISHU_SYSCONFDIR "/feishu/second.conf");
    return memory_format("fastcgi_param FEISHU_CONFIG %s", path);
}

static char *certificate_folder(const struct nginx_wish *wish)
{
    return wish->certificate == NULL ? memory_format("/etc/ssl/%s", wish->domain)
                                     : memory_copy(wish->certificate);
}

char *nginx_block(const struct nginx_wish *wish)
{
    struct buf out = BUF_INIT(BLOCK_MAX);
    const struct change changes[] = {
        { "bot.example.com/feishu", memory_format("%s%s", wish->domain, wish->path) },
        { "/etc/ssl/bot.example.com", certificate_folder(wish) },
        { "bot.example.com", memory_copy(wish->domain) },
        { "(or /feishu/event)", memory_format("(or %s/event)", wish->path) },
        { "^/feishu", pattern_of(wish->path) },
        { "unix:/run/feishu-cgi.socket", memory_format("unix:%s", wish->place->socket) },
        { "unix:/run/feishu-alert.socket",
          memory_format("unix:%s", place_alert_socket(wish->place)) },
        { "/usr/local/lib/cgi-bin/feishu.cgi", memory_copy(wish->place->cgi) },
        { "#fastcgi_param FEISHU_CONFIG /etc/feishu/second.conf", config_line(wish->config_path) },
        { "/etc/feishu/feishu.conf", memory_copy(CONFIG_DEFAULT_PATH) },
        { NULL, NULL },
    };
    add_wished(&out, wish, changes);
    for (size_t i = 0; changes[i].from != NULL; i++)
        free(changes[i].to);
    return out.data;
}

/* Whether all of text are letters, digits or of others. */
static bool consists_of(const char *text, const char *others)
{
    for (; *text != '\0'; text++) {
        if (!isalnum((unsigned char)*text) && strchr(others, *text) == NULL)
            return false;
    }
    return true;
}

/* Segments of plain characters, each with a slash before it. */
static bool path_is_valid(const char *path)
{
    const size_t len = strlen(path);
    return len == 0 ||
           (len <= PATH_MAX_LEN && path[0] == '/' && path[len - 1] != '/' &&
            strstr(path, "//") == NULL && strstr(path, "/.") == NULL && consists_of(path, "/._~-"));
}

static bool file_is_valid(const char *file)
{
    return file[0] == '/' && strlen(file) < 4096 && consists_of(file, "/._~+@:,=%-");
}

const char *nginx_wish_trouble(const struct nginx_wish *wish)
{
    const char *files[] = { wish->config_path, wish->place->cgi, wish->place->socket,
                            wish->place->alert_socket, wish->certificate };
    if (!nginx_domain_is_valid(wish->domain))
        return wish->domain;
    if (!path_is_valid(wish->path))
        return wish->path;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (files[i] != NULL && !file_is_valid(files[i]))
            return files[i];
    }
    return NULL;
}

/* A name of digits and dots only is an address: four numbers up to 255. */
static bool address_is_valid(const char *text)
{
    for (int parts = 1; parts <= 4; parts++) {
        char *end;
        if (!isdigit((unsigned char)text[0]) || strtoul(text, &end, 10) > 255 || end - text > 3)
            return false;
        if (*end != (parts == 4 ? '\0' : '.'))
            return false;
        text = end + 1;
    }
    return true;
}

bool nginx_domain_is_valid(const char *text)
{
    if (text[strspn(text, "0123456789.")] == '\0')
        return address_is_valid(text);
    if (strlen(text) > NAME_MAX_LEN || !consists_of(text, ".-"))
        return false;
    for (;;) {
        const size_t len = strcspn(text, ".");
        if (len == 0 || len > LABEL_MAX_LEN || text[0] == '-' || text[len - 1] == '-')
            return false;
        if (text[len] == '\0')
            return true;
        text += len + 1;
    }
}
