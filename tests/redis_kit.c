#include "redis_kit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "memory.h"
#include "store_kit.h"

enum { OPTIONS_MAX = 32, TRIES = 1000, PAUSE_NS = 10 * 1000 * 1000 };

/* Where the program is; caller frees. */
static char *find_program(void)
{
    char path[4096] = "";
    static const char command[] = "tests/tools/daemons.sh redis-server";
    FILE *answer = popen(command, "re"); /* NOLINT(cert-env33-c): a script of ours */
    REQUIRE(answer != NULL);
    REQUIRE(fgets(path, sizeof(path), answer) != NULL);
    REQUIRE(pclose(answer) == 0);
    path[strcspn(path, "\n")] = '\0';
    return memory_copy(path);
}

static void become(const char *program, const struct redis_kit *redis, const char *const *options)
{
    const char *const fixed[] = { "redis-server",
                                  "--port",
                                  "0",
                                  "--unixsocket",
                                  redis->socket,
                                  "--dir",
                                  redis->folder,
                                  "--loglevel",
                                  "warning",
                                  "--save",
                                  "",
                                  NULL };
    char *words[OPTIONS_MAX] = { NULL };
    size_t count = 0;
    for (size_t i = 0; fixed[i] != NULL; i++)
        words[count++] = memory_copy(fixed[i]);
    for (size_t i = 0; options != NULL && options[i] != NULL && count < OPTIONS_MAX - 1; i++)
        words[count++] = memory_copy(options[i]);
    const int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)dup2(nothing, STDIN_FILENO);
    (void)dup2(nothing, STDOUT_FILENO);
    (void)execv(program, words);
    _exit(127);
}

static bool listens(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    REQUIRE(strlen(path) < sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path) + 1);
    const bool done = connect(file, (const struct sockaddr *)&address, sizeof(address)) == 0;
    close(file);
    return done;
}

void redis_kit_start(struct redis_kit *redis, const char *const *options)
{
    static const struct timespec pause = { 0, PAUSE_NS };
    char *program = find_program();
    redis->folder = store_kit_folder();
    redis->socket = memory_format("%s/socket", redis->folder);
    redis->pid = fork();
    REQUIRE(redis->pid >= 0);
    if (redis->pid == 0)
        become(program, redis, options);
    for (int i = 0; i < TRIES && !listens(redis->socket); i++)
        (void)nanosleep(&pause, NULL);
    REQUIRE(listens(redis->socket));
    free(program);
}

void redis_kit_stop(struct redis_kit *redis)
{
    kill(redis->pid, SIGKILL);
    while (waitpid(redis->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    store_kit_remove(redis->folder);
    free(redis->socket);
}
