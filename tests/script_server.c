#include "script_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "number.h"
#include "script_tls.h"

enum { BODY_MAX = 1 << 24, BACKLOG = 16, READ_MAX = 16384 };

/* One connection. */
struct line {
    int socket; /* -1: none */
    struct script_tls *tls;
    char read[READ_MAX]; /* what was received and not yet taken */
    size_t read_count;
    size_t read_at;
};

static void require(bool condition)
{
    if (!condition)
        abort();
}

/* The next byte; false: there is none. */
static bool line_read(struct line *line, char *byte)
{
    if (line->read_at == line->read_count) {
        ssize_t count = line->tls != NULL ? script_tls_read(line->tls, line->read, READ_MAX)
                                          : recv(line->socket, line->read, READ_MAX, 0);
        line->read_count = count > 0 ? (size_t)count : 0;
        line->read_at = 0;
    }
    if (line->read_count == 0)
        return false;
    *byte = line->read[line->read_at++];
    return true;
}

/* Writes all that the other side takes. */
static void line_write(struct line *line, const char *bytes)
{
    size_t len = strlen(bytes);
    size_t done = 0;
    while (done < len) {
        ssize_t count = line->tls != NULL
                            ? script_tls_write(line->tls, bytes + done, len - done)
                            : send(line->socket, bytes + done, len - done, MSG_NOSIGNAL);
        if (count <= 0)
            return;
        done += (size_t)count;
    }
}

static void line_close(struct line *line, bool reset)
{
    const struct linger at_once = { 1, 0 };
    if (line->socket == -1)
        return;
    if (reset)
        require(setsockopt(line->socket, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once)) == 0);
    script_tls_free(line->tls, !reset);
    close(line->socket);
    line->socket = -1;
    line->tls = NULL;
    line->read_at = line->read_count;
}

/* The bytes that follow the headers, as they say. */
static uint64_t body_length(const char *request)
{
    static const char name[] = "\r\nContent-Length: ";
    const char *found = strstr(request, name);
    char digits[16] = "";
    uint64_t len = 0;
    if (found == NULL)
        return 0;
    found += strlen(name);
    memcpy(digits, found, strnlen(found, sizeof(digits) - 1));
    digits[strspn(digits, "0123456789")] = '\0';
    require(number_parse(digits, 0, BODY_MAX, &len));
    return len;
}

static void read_request(struct script_server *server, struct line *line)
{
    require(server->request_count < SCRIPT_REQUESTS_MAX);
    struct buf *request = &server->requests[server->request_count++];
    char byte;
    *request = (struct buf)BUF_INIT(BODY_MAX);
    while (strstr(request->len < 4 ? "" : request->data + request->len - 4, "\r\n\r\n") == NULL &&
           line_read(line, &byte))
        buf_add(request, &byte, 1);
    for (uint64_t left = body_length(buf_text(request)); left > 0 && line_read(line, &byte); left--)
        buf_add(request, &byte, 1);
}

static void wait_for_end(struct line *line)
{
    char byte;
    while (line_read(line, &byte))
        continue;
}

static void wait_for_byte(const struct line *line)
{
    char byte;
    (void)recv(line->socket, &byte, 1, MSG_PEEK);
}

static void play(struct script_server *server, struct line *line, const struct script_step *step)
{
    if (step->unread)
        wait_for_byte(line);
    else
        read_request(server, line);
    if (step->reply != NULL)
        line_write(line, step->reply);
    if (step->then_gone)
        require(shutdown(server->socket, SHUT_RDWR) == 0); /* connections are refused from now on */
    if (step->end == SCRIPT_HOLD)
        wait_for_end(line);
    if (step->end != SCRIPT_KEEP)
        line_close(line, step->end == SCRIPT_RESET);
    else if (step->then_tls)
        line->tls = script_tls_accept(line->socket, server->certificate);
    /* A client that goes away during the handshake ends the connection. */
    if (step->end == SCRIPT_KEEP && step->then_tls && line->tls == NULL)
        line_close(line, false);
}

/* Takes the next connection; false: the server is to end. */
static bool take(struct script_server *server, struct line *line)
{
    line->socket = accept(server->socket, NULL, NULL);
    if (line->socket == -1)
        return false;
    server->connections++;
    return true;
}

static void *run(void *context)
{
    struct script_server *server = context;
    struct line line = { .socket = -1 };
    for (size_t i = 0; i < server->count; i++) {
        if (line.socket == -1 && !take(server, &line))
            return NULL;
        bool tls = server->certificate != NULL && !server->plain_first && line.tls == NULL &&
                   !server->steps[i].unread;
        if (tls)
            line.tls = script_tls_accept(line.socket, server->certificate);
        if (tls && line.tls == NULL)
            line_close(&line, false);
        else
            play(server, &line, &server->steps[i]);
    }
    line_close(&line, false);
    while (take(server, &line))
        line_close(&line, false);
    return NULL;
}

static int listen_on_loopback(int *port)
{
    struct sockaddr_in address = { .sin_family = AF_INET };
    socklen_t len = sizeof(address);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    require(listener != -1 && bind(listener, (struct sockaddr *)&address, len) == 0 &&
            listen(listener, BACKLOG) == 0 &&
            getsockname(listener, (struct sockaddr *)&address, &len) == 0);
    *port = ntohs(address.sin_port);
    return listener;
}

void script_server_start(struct script_server *server)
{
    server->socket = listen_on_loopback(&server->port);
    require(pthread_create(&server->thread, NULL, run, server) == 0);
}

void script_server_stop(struct script_server *server)
{
    (void)shutdown(server->socket, SHUT_RDWR); /* accept then fails; fails itself after then_gone */
    require(pthread_join(server->thread, NULL) == 0);
    close(server->socket);
}

void script_server_release(struct script_server *server)
{
    for (size_t i = 0; i < server->request_count; i++)
        buf_release(&server->requests[i]);
    server->request_count = 0;
}

int script_server_free_port(void)
{
    int port = 0;
    close(listen_on_loopback(&port));
    return port;
}
