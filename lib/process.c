#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "error.h"

enum {
    EXECUTABLE_FD = 3,   /* where the program has its own file open */
    READS_MAX = 64,      /* of a pipe at a time */
    KILL_AFTER_MS = 2000 /* between SIGTERM and SIGKILL */
};

/* The parent's side of a running program. */
struct child {
    pid_t pid;
    int exit;   /* pidfd: readable when it has ended */
    int output; /* pipes; -1 once at their end */
    int errors;
};

int process_text(const char *text, size_t len)
{
    int file = memfd_create("feishu", MFD_CLOEXEC);
    if (file < 0)
        return -1;
    size_t done = 0;
    while (done < len) {
        ssize_t count = write(file, text + done, len - done);
        if (count <= 0)
            break;
        done += (size_t)count;
    }
    if (done == len && lseek(file, 0, SEEK_SET) == 0)
        return file;
    close(file);
    return -1;
}

/* Where the machine allows less already, that stays: only root could raise it. */
static bool limit(int resource, rlim_t value)
{
    struct rlimit both;
    if (getrlimit((__rlimit_resource_t)resource, &both) != 0)
        return false;
    if (both.rlim_max > value) /* RLIM_INFINITY is the greatest */
        both.rlim_max = value;
    both.rlim_cur = both.rlim_max;
    return setrlimit((__rlimit_resource_t)resource, &both) == 0;
}

/* Processor time is counted over all threads: as much as the machine can give in that time. */
static rlim_t processor_seconds(int64_t timeout_ms)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    return (rlim_t)(timeout_ms / 1000 + 1) * (rlim_t)(processors > 0 ? processors : 1);
}

static bool set_limits(int64_t timeout_ms)
{
    return limit(RLIMIT_CORE, 0) && limit(RLIMIT_DATA, 512u << 20) && limit(RLIMIT_NOFILE, 256) &&
           limit(RLIMIT_NPROC, 512) && limit(RLIMIT_CPU, processor_seconds(timeout_ms));
}

/* Writes to standard error without taking memory, of which the limits may leave none. */
static bool say(const char *text)
{
    return write(STDERR_FILENO, text, strlen(text)) >= 0;
}

/* The child's side: arranges descriptors and limits and becomes the program. */
static void become(const struct process *process, int input, int output, int errors)
{
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    (void)signal(SIGPIPE, SIG_DFL);
    /* A command does not outlive its runner: the chat is told that it was interrupted. */
    bool ready = prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && setpgid(0, 0) == 0 &&
                 dup2(errors, STDERR_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
                 dup2(input, STDIN_FILENO) >= 0 && dup2(process->executable, EXECUTABLE_FD) >= 0 &&
                 close_range(EXECUTABLE_FD + 1, ~0U, 0) == 0 && chdir("/") == 0 &&
                 set_limits(process->timeout_ms);
    if (ready)
        fexecve(EXECUTABLE_FD, process->words, process->environment);
    const char *why = strerrordesc_np(errno);
    if (say("cannot be executed: ") && say(why == NULL ? "" : why))
        (void)say("\n");
    _exit(127);
}

/* Descriptors 0 to 3 are laid over in the child, so none of ours may be among them. */
static int move_up(int file)
{
    int moved = fcntl(file, F_DUPFD_CLOEXEC, EXECUTABLE_FD + 1);
    close(file);
    return moved;
}

static bool make_pipe(int ends[2])
{
    if (pipe2(ends, O_CLOEXEC) != 0)
        return false;
    ends[0] = move_up(ends[0]);
    ends[1] = move_up(ends[1]);
    return ends[0] >= 0 && ends[1] >= 0 && fcntl(ends[0], F_SETFL, O_NONBLOCK) == 0;
}

static bool start(const struct process *process, struct child *child, struct error *error)
{
    int output[2] = { -1, -1 };
    int errors[2] = { -1, -1 };
    int input = process_text(process->input, process->input_len);
    input = input < 0 ? -1 : move_up(input);
    bool ready = input >= 0 && make_pipe(output) && make_pipe(errors);
    child->pid = ready ? fork() : -1;
    if (child->pid == 0)
        become(process, input, output[1], errors[1]);
    child->exit = child->pid < 0 ? -1 : pidfd_open(child->pid, 0);
    int cause = errno;
    close(input);
    close(output[1]);
    close(errors[1]);
    child->output = output[0];
    child->errors = errors[0];
    if (child->exit >= 0)
        return true;
    close(output[0]);
    close(errors[0]);
    if (child->pid > 0) {
        kill(child->pid, SIGKILL);
        waitpid(child->pid, NULL, 0);
    }
    return error_set(error, ERROR_INTERNAL, "no process: %s", strerror(cause));
}

static void keep_output(struct process_end *end, const char *data, size_t len)
{
    size_t room = PROCESS_OUTPUT_MAX - end->output.len;
    size_t kept = len < room ? len : room;
    buf_add(&end->output, data, kept);
    end->output_left_out += len - kept;
}

/* Keeps the end of what is written to standard error, of which len is not more than is kept. */
static void keep_errors(struct process_end *end, const char *data, size_t len)
{
    buf_add(&end->errors, data, len);
    if (end->errors.len > PROCESS_ERRORS_MAX) {
        size_t over = end->errors.len - PROCESS_ERRORS_MAX;
        memmove(end->errors.data, end->errors.data + over, PROCESS_ERRORS_MAX + 1);
        end->errors.len = PROCESS_ERRORS_MAX;
    }
}

/* Takes the rest of a character off the beginning of errors whose beginning is gone. */
static void begin_at_character(struct buf *errors)
{
    size_t rest = 0;
    while (errors->len == PROCESS_ERRORS_MAX && rest < 3 && (errors->data[rest] & 0xc0) == 0x80)
        rest++;
    if (rest == 0)
        return;
    errors->len -= rest;
    memmove(errors->data, errors->data + rest, errors->len + 1);
}

/* Reads what is there, at most a pipe's worth and a bit, so that a program that never stops writing
 * does not hold us; closes the pipe at its end. */
static void drain(int *pipe_end, struct process_end *end,
                  void (*keep)(struct process_end *end, const char *data, size_t len))
{
    char data[PROCESS_ERRORS_MAX];
    ssize_t count = 1;
    for (int reads = 0; reads < READS_MAX && *pipe_end >= 0 && count > 0; reads++) {
        count = read(*pipe_end, data, sizeof(data));
        if (count > 0)
            keep(end, data, (size_t)count);
    }
    if (*pipe_end >= 0 && (count == 0 || (count < 0 && errno != EAGAIN && errno != EINTR))) {
        close(*pipe_end);
        *pipe_end = -1;
    }
}

/* Waits for output, the end or until_ms. Whether the program has ended. */
static bool wait_for(struct child *child, struct process_end *end, int64_t until_ms)
{
    struct pollfd files[] = { { child->exit, POLLIN, 0 },
                              { child->output, POLLIN, 0 },
                              { child->errors, POLLIN, 0 } };
    int64_t left_ms = until_ms - clock_steady_ms();
    int wait_ms = left_ms < 0 ? 0 : (int)(left_ms < 60000 ? left_ms : 60000);
    if (poll(files, 3, wait_ms) <= 0)
        return false;
    drain(&child->output, end, keep_output);
    drain(&child->errors, end, keep_errors);
    return files[0].revents != 0;
}

/* To the program's group, and to the program where it has left that for another. */
static void signal_all(const struct child *child, int signal_number)
{
    kill(-child->pid, signal_number);
    if (getpgid(child->pid) != child->pid)
        kill(child->pid, signal_number);
}

static void supervise(const struct process *process, struct child *child, struct process_end *end)
{
    int64_t notice_ms = process->notice == NULL ? INT64_MAX : process->notice_ms;
    int64_t end_ms = clock_steady_ms() + process->timeout_ms;
    while (!wait_for(child, end, notice_ms < end_ms ? notice_ms : end_ms)) {
        int64_t now_ms = clock_steady_ms();
        if (now_ms >= notice_ms && now_ms < end_ms)
            notice_ms = process->notice(process->context);
        if (now_ms < end_ms)
            continue;
        signal_all(child, end->timed_out ? SIGKILL : SIGTERM);
        end->timed_out = true;
        end_ms = now_ms + KILL_AFTER_MS;
        notice_ms = INT64_MAX;
    }
}

bool process_run(const struct process *process, struct process_end *end, struct error *error)
{
    struct child child;
    *end = (struct process_end)PROCESS_END_INIT;
    if (!start(process, &child, error))
        return false;
    /* Both sides set the group, so that it is there whoever is first. */
    setpgid(child.pid, child.pid);
    supervise(process, &child, end);
    /* Before waitpid: until then the number cannot mean another group. */
    kill(-child.pid, SIGKILL);
    while (waitpid(child.pid, &end->status, 0) < 0 && errno == EINTR)
        continue;
    drain(&child.output, end, keep_output);
    drain(&child.errors, end, keep_errors);
    begin_at_character(&end->errors);
    close(child.exit);
    if (child.output >= 0)
        close(child.output);
    if (child.errors >= 0)
        close(child.errors);
    return true;
}

void process_end_release(struct process_end *end)
{
    buf_release(&end->output);
    buf_release(&end->errors);
}
