#include "page_files.h"

#include <stddef.h>
#include <string.h>

/* The assembler takes in the file, from the folder in which make runs, and ends it with a NUL. */
#define EMBED(symbol, file)                                                                        \
    __asm__(".pushsection .rodata\n" symbol ": .incbin \"tests/sandbox/page/" file                 \
            "\"\n.byte 0\n.popsection\n")

EMBED("page_index", "index.html");
EMBED("page_style", "style.css");
EMBED("page_icon", "icon.svg");
EMBED("page_main", "main.js");
EMBED("page_chat", "chat.js");
EMBED("page_card", "card.js");
EMBED("page_markdown", "markdown.js");
EMBED("page_inline", "inline.js");
EMBED("page_words", "words.js");
EMBED("page_dom", "dom.js");
EMBED("page_log", "log.js");

extern const char page_index[], page_style[], page_icon[], page_main[], page_chat[], page_card[],
    page_markdown[], page_inline[], page_words[], page_dom[], page_log[];

#define SCRIPT "text/javascript; charset=utf-8"

static const struct page_file files[] = {
    { "", "text/html; charset=utf-8", page_index },
    { "style.css", "text/css; charset=utf-8", page_style },
    { "icon.svg", "image/svg+xml", page_icon },
    { "main.js", SCRIPT, page_main },
    { "chat.js", SCRIPT, page_chat },
    { "card.js", SCRIPT, page_card },
    { "markdown.js", SCRIPT, page_markdown },
    { "inline.js", SCRIPT, page_inline },
    { "words.js", SCRIPT, page_words },
    { "dom.js", SCRIPT, page_dom },
    { "log.js", SCRIPT, page_log },
};

const struct page_file *page_files_find(const char *name)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        if (strcmp(files[i].name, name) == 0)
            return &files[i];
    }
    return NULL;
}
