/* Starts a FastCGI program as systemd or multiwatch would: workers SOCKET COUNT PROGRAM
 *
 * COUNT processes with the listening unix socket SOCKET as their file descriptor 0; one that ends
 * is started anew. They end with this process. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { COUNT_MAX = 64, BACKLOG = 4096 /* systemd's */, STARTS_MAX = 1000 };

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static int listen_on(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    if (strlen(path) >= sizeof(address.sun_path)) {
        errno = ENAMETOOLONG;
        fail(path);
    }
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0 ||
        listen(fd, BACKLOG) != 0)
        fail(path);
    return fd;
}

static void start(char *program)
{
    char *const arguments[] = { program, NULL };
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0)
        fail("fork");
    if (pid != 0)
        return;
    if (prctl(PR_SET_PDEATHSIG, SIGTERM) == 0 && getppid() == parent)
        (void)execv(program, arguments);
    perror(program);
    _exit(EXIT_FAILURE);
}

int main(int argc, char **argv)
{
    char *end = NULL;
    long count = argc == 4 ? strtol(argv[2], &end, 10) : 0;
    if (end == NULL || *end != '\0' || count < 1 || count > COUNT_MAX) {
        (void)fputs("usage: workers SOCKET COUNT PROGRAM\n", stderr);
        return 2;
    }
    int fd = listen_on(argv[1]);
    if (dup2(fd, STDIN_FILENO) < 0 || close(fd) != 0)
        fail("dup2");
    for (long i = 0; i < count; i++)
        start(argv[3]);
    /* A program that cannot run must not be started for ever. */
    for (int starts = 0; starts < STARTS_MAX; starts++) {
        if (wait(NULL) < 0 && errno != EINTR)
            fail("wait");
        start(argv[3]);
    }
    return EXIT_FAILURE;
}
