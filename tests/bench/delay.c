/* A distance between a client and a server on this machine: delay LISTEN-PORT TARGET-PORT
 * ONE-WAY-MS
 *
 * Listens on 127.0.0.1 (port 0: a free one) and prints "listening on PORT"; passes on what comes to
 * the port TARGET-PORT, and what comes back, ONE-WAY-MS after it came.
 *
 * The kernel makes a TCP connection through a proxy at once, where over a distance its handshake
 * takes a round trip before the first byte can leave. So a new connection's bytes, the client's,
 * are held for one whole round trip more, counted from when it was accepted. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
    PAIRS_MAX = 256,
    PIECE_BYTES = 16384,
    NS_PER_MS = 1000000,
    NS_PER_S = 1000000000,
    WAKE_NS = 300000 /* before a piece is due it is not slept any more: waking takes a while */
};

/* Bytes under way. */
struct piece {
    struct piece *next;
    int64_t due_ns;
    size_t len; /* 0: the end of the stream */
    size_t sent;
    char data[PIECE_BYTES];
};

/* One direction of a connection. */
struct way {
    int from, to;
    int64_t open_ns; /* nothing leaves before */
    struct piece *first, *last;
    bool ended; /* nothing more comes */
    bool done;  /* and all of it has left */
};

struct pair {
    int client, server;
    struct way there, back;
};

struct proxy {
    int listener;
    uint16_t target;
    int64_t one_way_ns;
    size_t count;
    struct pair *pairs[PAIRS_MAX];
};

static int64_t now_ns(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}

static _Noreturn void fail(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static struct sockaddr_in loopback(uint16_t port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/* Bytes leave when they are due, not when the kernel has collected more of them. */
static void prepare(int fd)
{
    static const int on = 1;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (fcntl(fd, F_SETFL, O_NONBLOCK) != 0)
        fail("fcntl");
}

static int listen_on(uint16_t port)
{
    static const int on = 1;
    struct sockaddr_in address = loopback(port);
    socklen_t len = sizeof(address);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0 || setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
        bind(fd, (struct sockaddr *)&address, len) != 0 || listen(fd, SOMAXCONN) != 0 ||
        getsockname(fd, (struct sockaddr *)&address, &len) != 0)
        fail("listen");
    prepare(fd);
    printf("listening on %u\n", (unsigned int)ntohs(address.sin_port));
    if (fflush(stdout) != 0)
        fail("stdout");
    return fd;
}

static void accept_one(struct proxy *proxy)
{
    struct sockaddr_in address = loopback(proxy->target);
    int client = accept(proxy->listener, NULL, NULL);
    if (client < 0)
        return;
    int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (server < 0 || connect(server, (struct sockaddr *)&address, sizeof(address)) != 0) {
        (void)close(client);
        if (server >= 0)
            (void)close(server);
        return;
    }
    prepare(client);
    prepare(server);
    struct pair *pair = calloc(1, sizeof(*pair));
    if (pair == NULL)
        fail("calloc");
    pair->client = client;
    pair->server = server;
    pair->there =
        (struct way){ .from = client, .to = server, .open_ns = now_ns() + 3 * proxy->one_way_ns };
    pair->back = (struct way){ .from = server, .to = client };
    proxy->pairs[proxy->count++] = pair;
}

/* Takes what has come. */
static void take(struct way *way, int64_t one_way_ns)
{
    struct piece *piece = malloc(sizeof(*piece));
    if (piece == NULL)
        fail("malloc");
    ssize_t len = read(way->from, piece->data, sizeof(piece->data));
    if (len < 0 && (errno == EAGAIN || errno == EINTR)) {
        free(piece);
        return;
    }
    piece->len = len > 0 ? (size_t)len : 0;
    piece->sent = 0;
    piece->next = NULL;
    piece->due_ns = now_ns() + one_way_ns;
    if (piece->due_ns < way->open_ns)
        piece->due_ns = way->open_ns;
    way->ended = piece->len == 0;
    if (way->last != NULL)
        way->last->next = piece;
    else
        way->first = piece;
    way->last = piece;
}

static void drop_first(struct way *way)
{
    struct piece *piece = way->first;
    way->first = piece->next;
    if (way->first == NULL)
        way->last = NULL;
    free(piece);
}

/* Sends what is due. */
static void pass_on(struct way *way, int64_t now)
{
    while (way->first != NULL && way->first->due_ns <= now) {
        struct piece *piece = way->first;
        ssize_t len = send(way->to, piece->data + piece->sent, piece->len - piece->sent, 0);
        if (len < 0 && (errno == EAGAIN || errno == EINTR))
            return;
        piece->sent += len > 0 ? (size_t)len : 0;
        if (len >= 0 && piece->sent < piece->len)
            return;
        if (len < 0 || piece->len == 0) {
            (void)shutdown(way->to, SHUT_WR);
            way->ended = true;
            way->done = true;
        }
        drop_first(way);
    }
}

static void pair_free(struct pair *pair)
{
    while (pair->there.first != NULL)
        drop_first(&pair->there);
    while (pair->back.first != NULL)
        drop_first(&pair->back);
    (void)close(pair->client);
    (void)close(pair->server);
    free(pair);
}

/* What to wait for at one end: bytes to take, or room for what is due. */
static struct pollfd interest(const struct way *in, const struct way *out, int64_t now)
{
    struct pollfd wanted = { .fd = in->from };
    if (!in->ended)
        wanted.events |= POLLIN;
    if (out->first != NULL && out->first->due_ns <= now)
        wanted.events |= POLLOUT;
    if (wanted.events == 0) /* an end that has hung up would be reported for ever */
        wanted.fd = -1;
    return wanted;
}

static void sooner(const struct way *way, int64_t now, int64_t *pause_ns)
{
    if (way->first != NULL && way->first->due_ns > now && way->first->due_ns - now < *pause_ns)
        *pause_ns = way->first->due_ns - now;
}

/* Waits for bytes, room, or a piece to be due soon; ppoll, since a millisecond is coarse here. */
static void await(struct proxy *proxy, struct pollfd *polled)
{
    int64_t now = now_ns();
    int64_t pause_ns = NS_PER_S;
    polled[0] =
        (struct pollfd){ .fd = proxy->count < PAIRS_MAX ? proxy->listener : -1, .events = POLLIN };
    for (size_t i = 0; i < proxy->count; i++) {
        const struct pair *pair = proxy->pairs[i];
        polled[1 + 2 * i] = interest(&pair->there, &pair->back, now);
        polled[2 + 2 * i] = interest(&pair->back, &pair->there, now);
        sooner(&pair->there, now, &pause_ns);
        sooner(&pair->back, now, &pause_ns);
    }
    pause_ns = pause_ns > WAKE_NS ? pause_ns - WAKE_NS : 0;
    const struct timespec pause = { .tv_sec = pause_ns / NS_PER_S, .tv_nsec = pause_ns % NS_PER_S };
    if (ppoll(polled, (nfds_t)(1 + 2 * proxy->count), &pause, NULL) < 0 && errno != EINTR)
        fail("ppoll");
}

static void step(struct proxy *proxy)
{
    struct pollfd polled[1 + 2 * PAIRS_MAX];
    await(proxy, polled);
    size_t count = proxy->count;
    for (size_t i = 0; i < count; i++) {
        struct pair *pair = proxy->pairs[i];
        if ((polled[1 + 2 * i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !pair->there.ended)
            take(&pair->there, proxy->one_way_ns);
        if ((polled[2 + 2 * i].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !pair->back.ended)
            take(&pair->back, proxy->one_way_ns);
        pass_on(&pair->there, now_ns());
        pass_on(&pair->back, now_ns());
    }
    if ((polled[0].revents & POLLIN) != 0)
        accept_one(proxy);
    for (size_t i = 0; i < proxy->count;) {
        if (proxy->pairs[i]->there.done && proxy->pairs[i]->back.done) {
            pair_free(proxy->pairs[i]);
            proxy->pairs[i] = proxy->pairs[--proxy->count];
        } else {
            i++;
        }
    }
}

/* A number from 0 to max, or the end. */
static uint16_t number(const char *text, unsigned long max)
{
    char *end = NULL;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value > max) {
        (void)fprintf(stderr, "delay: %s is no number from 0 to %lu\n", text, max);
        exit(2);
    }
    return (uint16_t)value;
}

int main(int argc, char **argv)
{
    static struct proxy proxy;
    if (argc != 4) {
        (void)fputs("usage: delay LISTEN-PORT TARGET-PORT ONE-WAY-MS\n", stderr);
        return 2;
    }
    (void)signal(SIGPIPE, SIG_IGN);
    (void)prctl(PR_SET_TIMERSLACK,
                1UL); /* in ns; 50 us is usual, and there are six ways to a reply */
    proxy.target = number(argv[2], UINT16_MAX);
    proxy.one_way_ns = (int64_t)number(argv[3], 10000) * NS_PER_MS;
    proxy.listener = listen_on(number(argv[1], UINT16_MAX));
    for (;;)
        step(&proxy);
}
