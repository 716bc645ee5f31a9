/* What programs cost: processor time and peak memory of whole processes, compared in rounds that
 * take turns, so that what else the machine does strikes all of them alike.
 *
 *     cost ROUNDS PROCESSES FOLDER…
 *
 * A folder says how its program is run, in files:
 *
 *     command        the path and the arguments, each ended by a NUL
 *     environment    NAME=VALUE, each ended by a NUL; absent: none
 *     environment-N  more of them for the process N alone
 *     input-N        standard input of the process N; absent: input, or else nothing
 *     expect         what standard output has to begin with; absent: not looked at
 *
 * The process 0 of each folder is run before the first round and not counted. Prints a line for
 * each folder, with tabs: processor time in microseconds, peak memory in KiB, and how often both go
 * into those of the first folder. A figure of a round is the median of its processes; what is
 * printed is the median of the rounds, also of the ratios.
 *
 * It is linked with nothing but libc: the peak memory of a process counts from before its exec,
 * when it is a copy of this one, which therefore must be smaller than all that it measures. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    CONTENDERS_MAX = 8,
    ROUNDS_MAX = 100,
    PROCESSES_MAX = 1000,
    WORDS_MAX = 64,
    WORDS_LEN = 8192,
    EXPECT_LEN = 256,
    PATH_LEN = 512,
    PROCESS_S = 20 /* the longest that a process may take */
};

/* Texts from a file, and a NULL after the last, as exec wants them. */
struct words {
    char text[WORDS_LEN];
    char *at[WORDS_MAX];
    size_t count;
};

struct figures {
    double cpu_us;
    double memory_kib;
};

struct contender {
    const char *folder;
    struct words command;
    struct words environment;
    char expect[EXPECT_LEN];
    unsigned number; /* of the next process */
    struct figures rounds[ROUNDS_MAX];
};

static struct contender contenders[CONTENDERS_MAX];
static volatile sig_atomic_t running; /* the process that is measured */

static void fail(const char *folder, const char *what)
{
    (void)fprintf(stderr, "cost: %s: %s\n", folder, what);
    exit(EXIT_FAILURE);
}

static void end_process(int signal_number)
{
    (void)signal_number;
    if (running > 0)
        (void)kill(running, SIGKILL);
}

/* Names a file of the folder; number < 0: without one. */
static const char *name_file(const char *folder, const char *name, long number)
{
    static char path[PATH_LEN];
    char tail[32] = "";
    if (number >= 0)
        (void)snprintf(tail, sizeof(tail), "-%ld", number);
    const int len = snprintf(path, sizeof(path), "%s/%s%s", folder, name, tail);
    if (len < 0 || (size_t)len >= sizeof(path))
        fail(folder, "its path is too long");
    return path;
}

/* Reads the file; its length, or -1 if there is none. */
static ssize_t read_file(const char *path, char *text, size_t size)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return -1;
    const ssize_t len = read(file, text, size);
    close(file);
    if (len < 0 || (size_t)len == size)
        fail(path, "cannot be read, or is too long");
    return len;
}

/* Adds the words of the file; false if there is none. */
static bool add_words(const char *path, struct words *words)
{
    char *end = words->count == 0
                    ? words->text
                    : words->at[words->count - 1] + strlen(words->at[words->count - 1]) + 1;
    const ssize_t len = read_file(path, end, sizeof(words->text) - (size_t)(end - words->text));
    if (len < 0)
        return false;
    for (char *word = end; word < end + len; word += strlen(word) + 1) {
        if (words->count + 1 == WORDS_MAX)
            fail(path, "too many words");
        words->at[words->count++] = word;
    }
    words->at[words->count] = NULL;
    return true;
}

static void prepare(struct contender *contender, const char *folder)
{
    contender->folder = folder;
    if (!add_words(name_file(folder, "command", -1), &contender->command))
        fail(folder, "no command");
    (void)add_words(name_file(folder, "environment", -1), &contender->environment);
    (void)read_file(name_file(folder, "expect", -1), contender->expect, EXPECT_LEN);
}

static int open_input(const struct contender *contender, long number)
{
    int file = open(name_file(contender->folder, "input", number), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        file = open(name_file(contender->folder, "input", -1), O_RDONLY | O_CLOEXEC);
    return file >= 0 ? file : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

/* Starts the program; what it prints goes into the pipe, which holds all that is looked at. */
static pid_t start(struct contender *contender, struct words *environment, int input, int output)
{
    posix_spawn_file_actions_t actions;
    pid_t id = -1;
    int errors = open(name_file(contender->folder, "stderr", -1),
                      O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (posix_spawn_file_actions_init(&actions) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) != 0 ||
        posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO) != 0 ||
        posix_spawn(&id, contender->command.at[0], &actions, NULL, contender->command.at,
                    environment->at) != 0)
        fail(contender->folder, "cannot be started");
    (void)posix_spawn_file_actions_destroy(&actions);
    close(errors);
    return id;
}

/* Waits for the process, which has PROCESS_S for all it does. */
static struct figures await(const struct contender *contender, pid_t id)
{
    struct rusage usage;
    int status;
    running = id;
    (void)alarm(PROCESS_S);
    while (wait4(id, &status, 0, &usage) < 0) {
        if (errno != EINTR)
            fail(contender->folder, "is lost");
    }
    (void)alarm(0);
    running = 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail(contender->folder, "a process failed: see stderr in the folder");
    return (struct figures){
        .cpu_us = (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1e6 +
                  (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec),
        .memory_kib = (double)usage.ru_maxrss,
    };
}

static void check_output(const struct contender *contender, int output)
{
    char text[EXPECT_LEN] = "";
    const size_t len = strlen(contender->expect);
    if (len > 0 &&
        (read(output, text, len) < (ssize_t)len || strncmp(text, contender->expect, len) != 0))
        fail(contender->folder, text[0] == '\0' ? "printed nothing" : text);
}

static struct figures run(struct contender *contender)
{
    static struct words environment;
    int output[2];
    const long number = contender->number++;
    environment = contender->environment;
    for (size_t i = 0; i < environment.count; i++)
        environment.at[i] = environment.text + (environment.at[i] - contender->environment.text);
    (void)add_words(name_file(contender->folder, "environment", number), &environment);
    const int input = open_input(contender, number);
    if (input < 0 || pipe2(output, O_CLOEXEC) != 0)
        fail(contender->folder, "no input, or no pipe");
    const pid_t id = start(contender, &environment, input, output[1]);
    close(input);
    close(output[1]);
    const struct figures figures = await(contender, id);
    check_output(contender, output[0]);
    close(output[0]);
    return figures;
}

static int compare(const void *one, const void *other)
{
    const double a = *(const double *)one;
    const double b = *(const double *)other;
    return (a > b) - (a < b);
}

/* Sorts the values. */
static double median(double *values, size_t count)
{
    qsort(values, count, sizeof(*values), compare);
    return count % 2 == 1 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static struct figures run_round(struct contender *contender, size_t processes)
{
    static double cpu_us[PROCESSES_MAX];
    static double memory_kib[PROCESSES_MAX];
    for (size_t i = 0; i < processes; i++) {
        const struct figures figures = run(contender);
        cpu_us[i] = figures.cpu_us;
        memory_kib[i] = figures.memory_kib;
    }
    return (struct figures){ median(cpu_us, processes), median(memory_kib, processes) };
}

static void print(const struct contender *contender, size_t rounds)
{
    double cpu_us[ROUNDS_MAX];
    double memory_kib[ROUNDS_MAX];
    double cpu_ratios[ROUNDS_MAX];
    double memory_ratios[ROUNDS_MAX];
    for (size_t i = 0; i < rounds; i++) {
        const struct figures *first = &contenders[0].rounds[i];
        const struct figures *own = &contender->rounds[i];
        cpu_us[i] = own->cpu_us;
        memory_kib[i] = own->memory_kib;
        cpu_ratios[i] = first->cpu_us / own->cpu_us;
        memory_ratios[i] = first->memory_kib / own->memory_kib;
    }
    (void)printf("%.0f\t%.0f\t%.3f\t%.3f\n", median(cpu_us, rounds), median(memory_kib, rounds),
                 median(cpu_ratios, rounds), median(memory_ratios, rounds));
}

/* A number from 1 to max; otherwise there is nothing to be measured. */
static size_t read_number(const char *text, size_t max)
{
    char *end;
    const unsigned long number = strtoul(text, &end, 10);
    if (end == text || *end != '\0' || number < 1 || number > max)
        fail(text, "not a number that is possible");
    return number;
}

int main(int argc, char **argv)
{
    if (argc < 4 || argc > 3 + CONTENDERS_MAX) {
        (void)fprintf(stderr, "usage: cost ROUNDS PROCESSES FOLDER...\n");
        return 2;
    }
    const size_t rounds = read_number(argv[1], ROUNDS_MAX);
    const size_t processes = read_number(argv[2], PROCESSES_MAX);
    const size_t count = (size_t)argc - 3;
    const struct sigaction action = { .sa_handler = end_process };
    (void)sigaction(SIGALRM, &action, NULL);
    for (size_t i = 0; i < count; i++) {
        prepare(&contenders[i], argv[3 + i]);
        (void)run(&contenders[i]);
    }
    for (size_t round = 0; round < rounds; round++) {
        for (size_t i = 0; i < count; i++)
            contenders[i].rounds[round] = run_round(&contenders[i], processes);
    }
    for (size_t i = 0; i < count; i++)
        print(&contenders[i], rounds);
    return EXIT_SUCCESS;
}
