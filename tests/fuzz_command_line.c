/* What somebody wrote, as a command line and as text that is sent back. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "command_line.h"
#include "error.h"
#include "memory.h"
#include "text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void check_words(const char *text)
{
    struct error error = ERROR_INIT;
    struct command_line line;
    size_t total = 0;
    if (!command_line_parse(text, &line, &error)) {
        assert(error.kind == ERROR_INVALID && line.words == NULL && line.count == 0);
        return;
    }
    assert(line.count <= 64 && line.words[line.count] == NULL);
    for (size_t i = 0; i < line.count; i++) {
        assert(line.words[i] != NULL);
        total += strlen(line.words[i]);
    }
    assert(total <= strlen(text));
    if (line.count > 0 && command_line_is_name(line.words[0]))
        assert(strchr(line.words[0], '/') == NULL && line.words[0][0] != '.');
    command_line_release(&line);
}

static void check_text(const char *data, size_t len)
{
    char *clean = text_clean(data, len);
    const size_t clean_len = strlen(clean);
    assert(text_is_utf8(clean, clean_len));
    char *inert = text_inert(clean);
    assert(strcasestr(inert, "<at") == NULL && strcasestr(inert, "< at") == NULL);
    char *folded = text_fold(clean);
    char *twice = text_fold(folded);
    assert(strcmp(folded, twice) == 0);
    const size_t cut = text_cut(clean, clean_len, clean_len / 2);
    assert(cut <= clean_len / 2 && clean_len / 2 - cut < 4 && text_is_utf8(clean, cut));
    free(twice);
    free(folded);
    free(inert);
    free(clean);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    char *text = memory_copy_bytes((const char *)data, len);
    check_words(text);
    check_text((const char *)data, len);
    free(text);
    return 0;
}
