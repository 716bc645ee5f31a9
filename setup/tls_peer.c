#include "tls_peer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include "address.h"
#include "buf.h"
#include "clock.h"
#include "memory.h"
#include "text.h"

enum { DAY_S = 24 * 3600, HOSTS_MAX = 64 * 1024 };

static void say(struct tls_peer *peer, enum tls_peer_outcome outcome, const char *text)
{
    peer->outcome = outcome;
    (void)snprintf(peer->text, sizeof(peer->text), "%s", text);
}

/* Waits until the socket can be read or written, or end_ms. */
static bool wait_for(int connection, short events, int64_t end_ms)
{
    struct pollfd file = { connection, events, 0 };
    int64_t left_ms = end_ms - clock_steady_ms();
    while (left_ms > 0) {
        int count = poll(&file, 1, (int)left_ms);
        if (count > 0)
            return true;
        left_ms = end_ms - clock_steady_ms();
    }
    errno = ETIMEDOUT;
    return false;
}

/* A connection to the address, or -1 with errno set. */
static int connect_to(const struct addrinfo *address, int64_t end_ms)
{
    int trouble = 0;
    socklen_t len = sizeof(trouble);
    int connection =
        socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, IPPROTO_TCP);
    if (connection < 0)
        return -1;
    if (connect(connection, address->ai_addr, address->ai_addrlen) == 0)
        return connection;
    if (errno == EINPROGRESS && wait_for(connection, POLLOUT, end_ms) &&
        getsockopt(connection, SOL_SOCKET, SO_ERROR, &trouble, &len) == 0) {
        if (trouble == 0)
            return connection;
        errno = trouble;
    }
    trouble = errno;
    close(connection);
    errno = trouble;
    return -1;
}

/* A connection to one of the host's addresses, or -1 with the outcome said. */
static int reach(const struct address *to, int64_t timeout_ms, struct tls_peer *peer)
{
    const struct addrinfo hints = { .ai_family = AF_INET, .ai_socktype = SOCK_STREAM };
    struct addrinfo *addresses = NULL;
    char port[8];
    int connection = -1;
    (void)snprintf(port, sizeof(port), "%u", to->port);
    int trouble = getaddrinfo(to->host, port, &hints, &addresses);
    if (trouble != 0) {
        say(peer, TLS_PEER_NO_NAME, gai_strerror(trouble));
        return -1;
    }
    const int64_t end_ms = clock_steady_ms() + timeout_ms;
    for (const struct addrinfo *at = addresses; at != NULL && connection < 0; at = at->ai_next)
        connection = connect_to(at, end_ms);
    if (connection < 0)
        say(peer, TLS_PEER_NO_CONNECTION, strerror(errno));
    freeaddrinfo(addresses);
    return connection;
}

/* The library's objections, by what they come to. */
static const struct {
    int code;
    size_t offset; /* of a bool of struct tls_peer */
} objections[] = {
    { X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, offsetof(struct tls_peer, self_signed) },
    { X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, offsetof(struct tls_peer, unknown_issuer) },
    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, offsetof(struct tls_peer, unknown_issuer) },
    { X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, offsetof(struct tls_peer, unknown_issuer) },
    { X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, offsetof(struct tls_peer, unknown_issuer) },
    { X509_V_ERR_CERT_UNTRUSTED, offsetof(struct tls_peer, unknown_issuer) },
    { X509_V_ERR_HOSTNAME_MISMATCH, offsetof(struct tls_peer, wrong_name) },
    { X509_V_ERR_IP_ADDRESS_MISMATCH, offsetof(struct tls_peer, wrong_name) },
    { X509_V_ERR_CERT_HAS_EXPIRED, offsetof(struct tls_peer, out_of_date) },
    { X509_V_ERR_CERT_NOT_YET_VALID, offsetof(struct tls_peer, out_of_date) },
};

static void object(struct tls_peer *peer, int code)
{
    for (size_t i = 0; i < sizeof(objections) / sizeof(objections[0]); i++) {
        if (objections[i].code == code) {
            *(bool *)((char *)peer + objections[i].offset) = true;
            return;
        }
    }
    (void)snprintf(peer->other, sizeof(peer->other), "%s", X509_verify_cert_error_string(code));
}

/* Notes an objection and lets the handshake go on: all of them are wanted, and nothing is sent. */
static int take_objection(int well, X509_STORE_CTX *store)
{
    SSL *ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx());
    if (well == 0)
        object(SSL_get_app_data(ssl), X509_STORE_CTX_get_error(store));
    return 1;
}

/* Copies the text, which strangers wrote, as far as it fits. */
static void copy_clean(char to[static 256], const char *text, size_t len)
{
    char *clean = text_clean(text, len);
    const size_t cut = text_cut(clean, strlen(clean), 255);
    memcpy(to, clean, cut);
    to[cut] = '\0';
    free(clean);
}

/* A part of a name. False if it has none. */
static bool copy_part(char to[static 256], const X509_NAME *name, int part)
{
    unsigned char *text = NULL;
    int at = X509_NAME_get_index_by_NID(name, part, -1);
    const X509_NAME_ENTRY *entry = at < 0 ? NULL : X509_NAME_get_entry(name, at);
    int len = entry == NULL ? -1 : ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(entry));
    if (len < 0)
        return false;
    copy_clean(to, (const char *)text, (size_t)len);
    OPENSSL_free(text);
    return true;
}

/* The hosts' names of the certificate. False if it has none. */
static bool copy_hosts(char to[static 256], X509 *certificate)
{
    struct buf all = BUF_INIT(HOSTS_MAX);
    GENERAL_NAMES *names = X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
    for (int i = 0; names != NULL && i < sk_GENERAL_NAME_num(names); i++) {
        const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
        if (name->type != GEN_DNS)
            continue;
        buf_add_text(&all, all.len == 0 ? "" : ", ");
        buf_add(&all, ASN1_STRING_get0_data(name->d.dNSName),
                (size_t)ASN1_STRING_length(name->d.dNSName));
    }
    const bool any = all.len > 0;
    copy_clean(to, buf_text(&all), all.len);
    GENERAL_NAMES_free(names);
    buf_release(&all);
    return any;
}

static void describe(const SSL *ssl, struct tls_peer *peer)
{
    int days = 0;
    int seconds = 0;
    const STACK_OF(X509) *sent = SSL_get_peer_cert_chain(ssl);
    X509 *certificate = SSL_get1_peer_certificate(ssl);
    if (certificate == NULL) {
        say(peer, TLS_PEER_NO_TLS, "no certificate");
        return;
    }
    const X509_NAME *subject = X509_get_subject_name(certificate);
    const X509_NAME *issuer = X509_get_issuer_name(certificate);
    if (!copy_hosts(peer->names, certificate))
        (void)copy_part(peer->names, subject, NID_commonName);
    if (!copy_part(peer->issuer, issuer, NID_commonName))
        (void)copy_part(peer->issuer, issuer, NID_organizationName);
    peer->sent = sent == NULL ? 0 : (size_t)sk_X509_num(sent);
    if (ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) == 1)
        peer->left_s = (int64_t)days * DAY_S + seconds;
    X509_free(certificate);
}

/* What the library, or the system beneath it, complains about. */
static void say_library(struct tls_peer *peer)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    say(peer, TLS_PEER_NO_TLS, reason != NULL ? reason : strerror(errno != 0 ? errno : ECONNRESET));
}

/* Shakes hands until it is done or end_ms. */
static bool shake_hands(SSL *ssl, int connection, int64_t end_ms)
{
    for (;;) {
        ERR_clear_error();
        errno = 0;
        int result = SSL_connect(ssl);
        if (result == 1)
            return true;
        int want = SSL_get_error(ssl, result);
        if (want != SSL_ERROR_WANT_READ && want != SSL_ERROR_WANT_WRITE)
            return false;
        if (!wait_for(connection, want == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, end_ms))
            return false;
    }
}

/* Prepares the connection to ask for the name and to expect it. */
static bool expect(SSL *ssl, const char *name)
{
    struct in_addr address;
    if (inet_pton(AF_INET, name, &address) == 1)
        return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), name) == 1;
    char *asked = memory_copy(name); /* the library's macro takes no constant */
    bool well = SSL_set_tlsext_host_name(ssl, asked) == 1 && SSL_set1_host(ssl, name) == 1;
    free(asked);
    return well;
}

static bool trust(SSL_CTX *context, const char *ca)
{
    struct stat at;
    if (stat(ca, &at) != 0)
        return false;
    return S_ISDIR(at.st_mode) ? SSL_CTX_load_verify_dir(context, ca) == 1
                               : SSL_CTX_load_verify_file(context, ca) == 1;
}

static void examine(SSL_CTX *context, const char *name, int connection, int64_t end_ms,
                    struct tls_peer *peer)
{
    SSL *ssl = memory_check(SSL_new(context));
    SSL_set_app_data(ssl, peer);
    SSL_set_verify(ssl, SSL_VERIFY_PEER, take_objection);
    if (expect(ssl, name) && SSL_set_fd(ssl, connection) == 1 &&
        shake_hands(ssl, connection, end_ms))
        describe(ssl, peer);
    else
        say_library(peer);
    SSL_free(ssl);
}

void tls_peer_examine(const char *name, const struct address *to, const char *ca,
                      int64_t timeout_ms, struct tls_peer *peer)
{
    *peer = (struct tls_peer){ 0 };
    SSL_CTX *context = memory_check(SSL_CTX_new(TLS_client_method()));
    if (trust(context, ca)) {
        int connection = reach(to, timeout_ms, peer);
        if (connection >= 0) {
            examine(context, name, connection, clock_steady_ms() + timeout_ms, peer);
            close(connection);
        }
    } else {
        say(peer, TLS_PEER_NO_TRUST, ca);
    }
    SSL_CTX_free(context);
}
