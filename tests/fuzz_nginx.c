/* What nginx -T printed: whatever it is, it is read to an end, and what is told of it is whole. */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "nginx_block.h"
#include "nginx_dump.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

/* How many blocks are open, and the dump, in which every file's name must lie. */
struct state {
    const char *dump;
    size_t len;
    size_t open;
};

static void take(void *context, const struct nginx_directive *directive)
{
    struct state *state = context;
    assert(directive->file >= state->dump &&
           directive->file + directive->file_len <= state->dump + state->len);
    assert(directive->line >= 1);
    if (directive->part == NGINX_CLOSE) {
        assert(state->open > 0 && directive->count == 0);
        state->open--;
        return;
    }
    assert(directive->count > 0);
    assert(nginx_word(directive, directive->count)[0] == '\0');
    for (size_t i = 0; i < directive->count && i < 8; i++)
        assert(strlen(nginx_word(directive, i)) <= 2 * state->len);
    if (directive->part == NGINX_OPEN)
        state->open++;
}

static void check_facts(const struct nginx_facts *facts, unsigned port)
{
    assert(!(facts->has_server && facts->by_default));
    assert(port != 0 || !facts->by_default);
    if (!facts->has_server && !facts->by_default)
        assert(facts->file[0] == '\0' && facts->line == 0 && !facts->has_location);
    else
        assert(facts->line > 0);
    assert(facts->has_location == (facts->program[0] != '\0'));
    assert(strlen(facts->twin_file) < sizeof(facts->twin_file));
    assert(strlen(facts->socket) < sizeof(facts->socket));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static const struct nginx_target targets[] = {
        { "bot.example.com", 443, "/usr/local/lib/cgi-bin/feishu.cgi", "" },
        { "bot.example.com", 0, NULL, NULL },
        { "127.0.0.1", 80, NULL, "/etc/feishu/second.conf" },
    };
    struct state state = { (const char *)data, len, 0 };
    nginx_walk(state.dump, len, take, &state);
    assert(state.open == 0);
    for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
        struct nginx_facts facts;
        nginx_find(state.dump, len, &targets[i], &facts);
        check_facts(&facts, targets[i].port);
    }
    return 0;
}
