#include "sandbox_kit.h"

#include <arpa/inet.h>
#include <check.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "cipher.h"
#include "error.h"
#include "memory.h"
#include "secret.h"
#include "tree.h"

enum { PATIENCE_MS = 20000, MESSAGE_MAX = 8 << 20, ARGUMENTS_MAX = 32 };

/* The address of a port on loopback. */
static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

static struct sink open_sink(void)
{
    struct sink sink = { socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), 0 };
    struct sockaddr_in address = loopback(0);
    socklen_t len = sizeof(address);
    ck_assert_int_ge(sink.listener, 0);
    ck_assert_int_eq(bind(sink.listener, (struct sockaddr *)&address, len), 0);
    ck_assert_int_eq(listen(sink.listener, 128), 0);
    ck_assert_int_eq(getsockname(sink.listener, (struct sockaddr *)&address, &len), 0);
    sink.port = ntohs(address.sin_port);
    return sink;
}

static void write_config(const char *path, bool with_key)
{
    (void)umask(077);
    FILE *file = fopen(path, "we");
    ck_assert_ptr_nonnull(file);
    ck_assert_int_gt(fprintf(file,
                             "app {\n id = '%s'\n secret = '%s'\n verification_token = '%s'\n"
                             " base_url = 'http://127.0.0.1:80'\n",
                             KIT_APP_ID, KIT_SECRET, KIT_TOKEN),
                     0);
    if (with_key)
        ck_assert_int_gt(fprintf(file, " encrypt_key = '%s'\n", KIT_KEY), 0);
    ck_assert_int_gt(fprintf(file, "}\n"), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* The sandbox that was built beside this program. */
static char *program(void)
{
    char path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);
    ck_assert_int_gt(len, 0);
    path[len] = '\0';
    char *slash = strrchr(path, '/');
    ck_assert_ptr_nonnull(slash);
    *slash = '\0';
    return memory_format("%s/../feishu-sandbox", path);
}

/* In the child: becomes the sandbox, and ends with the test. SANDBOX_WRAPPER names a program to run
 * it under, with options: valgrind. */
static void become(const struct kit *kit, int output, const char *const *options)
{
    char *arguments[ARGUMENTS_MAX + 1] = { NULL };
    size_t count = 0;
    char *wrapper = getenv("SANDBOX_WRAPPER");
    char *word = NULL;
    while (count < 16 && (word = strsep(&wrapper, " ")) != NULL)
        arguments[count++] = word;
    arguments[count++] = program();
    arguments[count++] = memory_copy("--config");
    arguments[count++] = memory_format("%s/feishu.conf", kit->folder);
    arguments[count++] = memory_copy("--listen");
    arguments[count++] = memory_copy("127.0.0.1:0");
    arguments[count++] = memory_copy("--event-url");
    arguments[count++] = memory_format("http://127.0.0.1:%u/event", (unsigned int)kit->sink.port);
    for (; *options != NULL && count < ARGUMENTS_MAX; options++)
        arguments[count++] = memory_copy(*options);
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || dup2(output, STDOUT_FILENO) < 0)
        _exit(126);
    (void)execvp(arguments[0], arguments);
    _exit(127);
}

void kit_start(struct kit *kit, bool with_key, const char *const *options)
{
    static const char announcement[] = "listening on http://127.0.0.1:";
    int pipe_ends[2];
    char line[128];
    (void)snprintf(kit->folder, sizeof(kit->folder), "/tmp/check_sandbox.XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(kit->folder));
    char *config = memory_format("%s/feishu.conf", kit->folder);
    write_config(config, with_key);
    free(config);
    kit->sink = open_sink();
    ck_assert_int_eq(pipe2(pipe_ends, O_CLOEXEC), 0);
    kit->process = fork();
    ck_assert_int_ge(kit->process, 0);
    if (kit->process == 0)
        become(kit, pipe_ends[1], options);
    close(pipe_ends[1]);
    FILE *output = fdopen(pipe_ends[0], "r");
    ck_assert_ptr_nonnull(output);
    ck_assert_ptr_nonnull(fgets(line, sizeof(line), output));
    ck_assert_msg(strncmp(line, announcement, sizeof(announcement) - 1) == 0, "%s", line);
    kit->port = (uint16_t)strtoul(line + sizeof(announcement) - 1, NULL, 10);
    ck_assert_uint_ne(kit->port, 0);
    (void)fclose(output);
}

void kit_stop(struct kit *kit)
{
    int status = 0;
    char *config = memory_format("%s/feishu.conf", kit->folder);
    ck_assert_int_eq(kill(kit->process, SIGTERM), 0);
    ck_assert_int_eq(waitpid(kit->process, &status, 0), kit->process);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "ended with %d", status);
    close(kit->sink.listener);
    unlink(config);
    rmdir(kit->folder);
    free(config);
}

static void send_all(int fd, const char *text, size_t len)
{
    while (len > 0) {
        ssize_t count = send(fd, text, len, MSG_NOSIGNAL);
        ck_assert_int_gt(count, 0);
        text += count;
        len -= (size_t)count;
    }
}

int kit_send(const struct kit *kit, const char *method, const char *path, const char *headers,
             const char *body)
{
    struct sockaddr_in address = loopback(kit->port);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    char *text = memory_format("%s %s HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nConnection: close\r\n"
                               "Content-Length: %zu\r\n%s\r\n%s",
                               method, path, (unsigned int)kit->port, strlen(body), headers, body);
    send_all(fd, text, strlen(text));
    free(text);
    return fd;
}

/* Waits until there is something to read. */
static void await(int fd)
{
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    ck_assert_msg(poll(&wait, 1, PATIENCE_MS) == 1, "nothing came");
}

/* The length that the head tells, or -1. */
static long content_length(const struct kit_message *message)
{
    char *value = kit_header(message, "Content-Length");
    long len = value == NULL ? -1 : strtol(value, NULL, 10);
    free(value);
    return len;
}

/* Reads one message: to the length that it tells, or to the end of the connection. */
static struct kit_message read_message(int fd)
{
    struct kit_message message = { .fd = fd };
    struct buf text = BUF_INIT(MESSAGE_MAX);
    struct error error = ERROR_INIT;
    char piece[65536];
    ssize_t count = 0;
    size_t head = 0;
    do {
        await(fd);
        count = recv(fd, piece, sizeof(piece), 0);
        if (count > 0)
            buf_add(&text, piece, (size_t)count);
        message.text = text.data;
        const char *end = text.data == NULL ? NULL : strstr(text.data, "\r\n\r\n");
        head = end == NULL ? 0 : (size_t)(end - text.data) + 4;
    } while (count > 0 && (head == 0 || (long)(text.len - head) < content_length(&message)));
    message.text = memory_copy(buf_text(&text));
    message.body = message.text + head;
    if (head > 0)
        message.tree = tree_parse_object(message.body, strlen(message.body), &error);
    buf_release(&text);
    return message;
}

struct kit_message kit_receive(int fd)
{
    struct kit_message answer = read_message(fd);
    if (strncmp(answer.text, "HTTP/1.1 ", 9) == 0)
        answer.status = (int)strtol(answer.text + 9, NULL, 10);
    close(fd);
    answer.fd = -1;
    return answer;
}

struct kit_message kit_get(const struct kit *kit, const char *path)
{
    return kit_receive(kit_send(kit, "GET", path, "", ""));
}

struct kit_message kit_post(const struct kit *kit, const char *path, const char *body)
{
    return kit_receive(kit_send(kit, "POST", path, "", body));
}

char *kit_post_for(const struct kit *kit, const char *path, const char *body, const char *field)
{
    struct kit_message answer = kit_post(kit, path, body);
    ck_assert_msg(answer.status == 200, "%s", answer.text);
    const char *text = tree_text(answer.tree, field);
    ck_assert_msg(text != NULL, "%s", answer.text);
    char *copy = memory_copy(text);
    kit_release(&answer);
    return copy;
}

struct kit_message kit_deliveries(const struct kit *kit, int attempts)
{
    char *path = memory_format("/sandbox/wait?what=deliveries&state=attempt&count=%d", attempts);
    struct kit_message waited = kit_get(kit, path);
    ck_assert_msg(waited.status == 200, "%s", waited.text);
    kit_release(&waited);
    free(path);
    return kit_get(kit, "/sandbox/deliveries");
}

struct kit_message kit_accept(const struct kit *kit)
{
    await(kit->sink.listener);
    int fd = accept4(kit->sink.listener, NULL, NULL, SOCK_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    return read_message(fd);
}

void kit_answer(struct kit_message *request, int status, const char *body)
{
    char *text = memory_format("HTTP/1.1 %d Status\r\nContent-Type: application/json\r\n"
                               "Location: /elsewhere\r\nContent-Length: %zu\r\n"
                               "Connection: close\r\n\r\n%s",
                               status, strlen(body), body);
    send_all(request->fd, text, strlen(text));
    close(request->fd);
    request->fd = -1;
    free(text);
}

char *kit_header(const struct kit_message *message, const char *name)
{
    size_t len = strlen(name);
    const char *line = strstr(message->text, "\r\n");
    while (line != NULL && strncmp(line, "\r\n\r\n", 4) != 0) {
        line += 2;
        if (strncasecmp(line, name, len) == 0 && strncmp(line + len, ": ", 2) == 0)
            return memory_copy_bytes(line + len + 2, strcspn(line + len + 2, "\r"));
        line = strstr(line, "\r\n");
    }
    return NULL;
}

struct json_object *kit_event(const struct kit_message *request)
{
    struct error error = ERROR_INIT;
    struct secret key = SECRET_INIT;
    struct buf plain = BUF_INIT(MESSAGE_MAX);
    const char *encrypted = tree_text(request->tree, "encrypt");
    if (encrypted == NULL)
        return tree_share(request->tree);
    secret_set(&key, KIT_KEY, strlen(KIT_KEY));
    ck_assert(cipher_decrypt(&key, encrypted, strlen(encrypted), &plain, &error));
    struct json_object *event = tree_parse_object(buf_text(&plain), plain.len, &error);
    ck_assert_msg(event != NULL, "%s", buf_text(&plain));
    buf_release(&plain);
    secret_release(&key);
    return event;
}

void kit_release(struct kit_message *message)
{
    if (message->fd >= 0)
        close(message->fd);
    tree_free(message->tree);
    free(message->text);
    message->tree = NULL;
    message->text = NULL;
    message->fd = -1;
}
