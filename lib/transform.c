#include "transform.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "folder.h"
#include "memory.h"

/* What the program ended with. */
static bool judge(const char *path, const struct process_end *end, struct buf *made,
                  struct error *error)
{
    if (end->timed_out)
        return error_set(error, ERROR_NETWORK, "%s takes longer than %d s", path,
                         TRANSFORM_TIMEOUT_MS / 1000);
    if (end->output_left_out > 0)
        return error_set(error, ERROR_NETWORK, "%s prints more than %d bytes", path,
                         (int)TRANSFORM_OUTPUT_MAX);
    if (!WIFEXITED(end->status))
        return error_set(error, ERROR_NETWORK, "%s was ended by a signal", path);
    if (WEXITSTATUS(end->status) != 0)
        return error_set(error, ERROR_INVALID, "%s: status %d: %.*s", path,
                         WEXITSTATUS(end->status), (int)strcspn(buf_text(&end->errors), "\n"),
                         buf_text(&end->errors));
    buf_add(made, buf_text(&end->output), end->output.len);
    return true;
}

static bool run(int executable, const char *path, const struct buf *body, struct buf *made,
                struct error *error)
{
    char search[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    char locale[] = "LANG=C.UTF-8";
    char *const environment[] = { search, locale, NULL };
    char *name = memory_copy(path);
    char *const words[] = { name, NULL };
    struct process_end end = PROCESS_END_INIT;
    const struct process process = {
        .executable = executable,
        .words = words,
        .environment = environment,
        .input = buf_text(body),
        .input_len = body->len,
        .timeout_ms = TRANSFORM_TIMEOUT_MS,
        .notice_ms = INT64_MAX,
    };
    const bool done = process_run(&process, &end, error) && judge(path, &end, made, error);
    process_end_release(&end);
    free(name);
    return done;
}

bool transform(const char *path, const struct buf *body, struct buf *made, struct error *error)
{
    struct error cause = ERROR_INIT;
    char *directory = memory_copy(path);
    char *slash = strrchr(directory, '/');
    *slash = '\0';
    const int executable = folder_open(directory[0] == '\0' ? "/" : directory, slash + 1, &cause);
    bool done = false;
    if (executable == FOLDER_NONE)
        (void)error_set(error, ERROR_NETWORK, "transform: %s",
                        cause.kind == ERROR_NONE ? "there is no such program" : cause.text);
    else
        done = run(executable, path, body, made, error);
    if (executable != FOLDER_NONE)
        (void)close(executable);
    free(directory);
    return done;
}
