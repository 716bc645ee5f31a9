#include "presses.h"

#include <stdlib.h>
#include <string.h>

#include "cipher.h"
#include "memory.h"

enum { PREFIX_LEN = 2 };

struct press *presses_add(struct presses *presses, const char *message_id, int64_t ends_ms)
{
    presses->list = memory_resize(presses->list, (presses->count + 1) * sizeof(*presses->list));
    struct press *press = &presses->list[presses->count++];
    *press = (struct press){ .token = "c-", .ends_ms = ends_ms };
    cipher_random_hex(press->token + PREFIX_LEN, (PRESSES_TOKEN_LEN - PREFIX_LEN - 1) / 2);
    press->message_id = memory_copy(message_id);
    return press;
}

struct press *presses_find(const struct presses *presses, const char *token)
{
    for (size_t i = 0; i < presses->count; i++) {
        if (strcmp(presses->list[i].token, token) == 0)
            return &presses->list[i];
    }
    return NULL;
}

void presses_release(struct presses *presses)
{
    for (size_t i = 0; i < presses->count; i++)
        free(presses->list[i].message_id);
    free(presses->list);
    *presses = (struct presses){ NULL, 0 };
}
