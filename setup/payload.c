#include "payload.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "context.h"
#include "error.h"
#include "intake.h"

static bool read_all(FILE *file, struct buf *text)
{
    char piece[16384];
    size_t len;
    while (!text->failed && (len = fread(piece, 1, sizeof(piece), file)) > 0)
        buf_add(text, piece, len);
    return ferror(file) == 0;
}

bool payload_load(const char *path, struct buf *text)
{
    const bool is_input = strcmp(path, "-") == 0;
    FILE *file = is_input ? stdin : fopen(path, "re");
    const bool done = file != NULL && read_all(file, text);
    if (!done)
        (void)fprintf(stderr, "%s: %s\n", path, strerror(errno));
    else if (text->failed)
        (void)fprintf(stderr, _("%s: larger than 4 MiB\n"), path);
    if (file != NULL && !is_input)
        (void)fclose(file); /* it was only read */
    return done && !text->failed;
}

bool payload_read(const char *path, const struct buf *text, const struct config_receiver *receiver,
                  struct alert_group *group)
{
    struct error error = ERROR_INIT;
    if (intake_read(receiver, "", text, group, &error))
        return true;
    (void)fprintf(stderr, "%s: %s\n", path, error.text);
    return false;
}
