#include "capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "clock.h"
#include "error.h"

enum { PIECE_LEN = 16 * 1024, PAUSE_MS = 2 };

/* A stream of the program: our end of its pipe, -1 once it is over, and where it goes. */
struct stream {
    int ends[2];
    struct buf *to;
};

/* Starts the program with the write ends as its output; the error number. */
static int start(const char *path, const char *const *words, const struct stream *streams,
                 pid_t *child)
{
    static char search[] = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    static char locale[] = "LC_ALL=C";
    char *const environment[] = { search, locale, NULL };
    char *const *arguments;
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t defaults;
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGINT);
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawnattr_init(&attributes);
    (void)posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    (void)posix_spawn_file_actions_adddup2(&actions, streams[0].ends[1], STDOUT_FILENO);
    (void)posix_spawn_file_actions_adddup2(&actions, streams[1].ends[1], STDERR_FILENO);
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    (void)posix_spawnattr_setsigdefault(&attributes, &defaults);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF);
    memcpy(&arguments, &words, sizeof(arguments)); /* posix_spawn changes none of them */
    int trouble = posix_spawn(child, path, &actions, &attributes, arguments, environment);
    (void)posix_spawnattr_destroy(&attributes);
    (void)posix_spawn_file_actions_destroy(&actions);
    return trouble;
}

static void close_end(int *end)
{
    if (*end >= 0)
        close(*end);
    *end = -1;
}

/* Takes what is there; closes the stream at its end. */
static void take(struct stream *stream)
{
    char piece[PIECE_LEN];
    ssize_t count = read(stream->ends[0], piece, sizeof(piece));
    if (count > 0)
        buf_add(stream->to, piece, (size_t)count);
    else if (count == 0 || (errno != EINTR && errno != EAGAIN))
        close_end(&stream->ends[0]);
}

/* Reads both streams to their ends. False if that is not over at end_ms, or output is full. */
static bool read_all(struct stream *streams, int64_t end_ms)
{
    while (streams[0].ends[0] >= 0 || streams[1].ends[0] >= 0) {
        struct pollfd files[] = { { streams[0].ends[0], POLLIN, 0 },
                                  { streams[1].ends[0], POLLIN, 0 } };
        const int64_t left_ms = end_ms - clock_steady_ms();
        if (left_ms <= 0 || streams[0].to->failed)
            return false;
        if (poll(files, 2, (int)left_ms) <= 0)
            continue;
        for (int i = 0; i < 2; i++) {
            if (files[i].revents != 0)
                take(&streams[i]);
        }
    }
    return !streams[0].to->failed;
}

/* Whether the program ends by end_ms. Its streams are over, so that it is not waited for long. */
static bool ends_by(pid_t child, int64_t end_ms)
{
    siginfo_t info = { .si_pid = 0 };
    while (waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == 0) {
        if (clock_steady_ms() >= end_ms)
            return false;
        (void)poll(NULL, 0, PAUSE_MS);
    }
    return true;
}

/* Runs the started program to its end or to end_ms. False if it had to be killed. */
static bool supervise(struct stream *streams, pid_t child, int64_t end_ms, int *status)
{
    const bool whole = read_all(streams, end_ms) && ends_by(child, end_ms);
    if (!whole)
        (void)kill(-child, SIGKILL);
    while (waitpid(child, status, 0) < 0 && errno == EINTR)
        continue;
    return whole;
}

bool capture(const char *path, const char *const *words, int64_t timeout_ms, struct buf *output,
             struct buf *errors, int *status, struct error *error)
{
    struct stream streams[] = { { { -1, -1 }, output }, { { -1, -1 }, errors } };
    const int64_t end_ms = clock_steady_ms() + timeout_ms;
    pid_t child = -1;
    int trouble = 0;
    bool whole = false;
    if (pipe2(streams[0].ends, O_CLOEXEC) != 0 || pipe2(streams[1].ends, O_CLOEXEC) != 0)
        trouble = errno;
    if (trouble == 0)
        trouble = start(path, words, streams, &child);
    close_end(&streams[0].ends[1]);
    close_end(&streams[1].ends[1]);
    if (trouble == 0)
        whole = supervise(streams, child, end_ms, status);
    close_end(&streams[0].ends[0]);
    close_end(&streams[1].ends[0]);
    if (trouble != 0)
        return error_set(error, ERROR_INTERNAL, "%s: %s", path, strerror(trouble));
    if (output->failed)
        return error_set(error, ERROR_INTERNAL, "%s prints more than %zu bytes", path, output->max);
    return whole || error_set(error, ERROR_INTERNAL, "%s does not come to an end", path);
}
