#include "script_tls.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/ssl.h>

#include "memory.h"

static struct {
    __typeof__(TLS_server_method) *server_method;
    __typeof__(SSL_CTX_new) *context_new;
    __typeof__(SSL_CTX_free) *context_free;
    __typeof__(SSL_CTX_use_certificate_chain_file) *use_certificate;
    __typeof__(SSL_CTX_use_PrivateKey_file) *use_key;
    __typeof__(SSL_new) *new;
    __typeof__(SSL_free) *free;
    __typeof__(SSL_set_fd) *set_fd;
    __typeof__(SSL_accept) *accept;
    __typeof__(SSL_read) *read;
    __typeof__(SSL_write) *write;
    __typeof__(SSL_shutdown) *shutdown;
} ssl;

static const struct {
    const char *name;
    void *place;
} functions[] = {
    { "TLS_server_method", &ssl.server_method },
    { "SSL_CTX_new", &ssl.context_new },
    { "SSL_CTX_free", &ssl.context_free },
    { "SSL_CTX_use_certificate_chain_file", &ssl.use_certificate },
    { "SSL_CTX_use_PrivateKey_file", &ssl.use_key },
    { "SSL_new", &ssl.new },
    { "SSL_free", &ssl.free },
    { "SSL_set_fd", &ssl.set_fd },
    { "SSL_accept", &ssl.accept },
    { "SSL_read", &ssl.read },
    { "SSL_write", &ssl.write },
    { "SSL_shutdown", &ssl.shutdown },
};

struct script_tls {
    SSL_CTX *context;
    SSL *ssl;
};

static void load(void)
{
    void *library = memory_check(dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL));
    for (size_t i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
        void *function = memory_check(dlsym(library, functions[i].name));
        memcpy(functions[i].place, &function, sizeof(function));
    }
}

struct script_tls *script_tls_accept(int socket, const char *certificate)
{
    if (ssl.new == NULL)
        load();
    struct script_tls *tls = memory_zero(1, sizeof(*tls));
    tls->context = memory_check(ssl.context_new(ssl.server_method()));
    if (ssl.use_certificate(tls->context, certificate) != 1 ||
        ssl.use_key(tls->context, certificate, SSL_FILETYPE_PEM) != 1)
        abort();
    tls->ssl = memory_check(ssl.new(tls->context));
    if (ssl.set_fd(tls->ssl, socket) == 1 && ssl.accept(tls->ssl) == 1)
        return tls;
    script_tls_free(tls, false);
    return NULL;
}

ssize_t script_tls_read(struct script_tls *tls, void *data, size_t len)
{
    return ssl.read(tls->ssl, data, (int)len);
}

ssize_t script_tls_write(struct script_tls *tls, const void *data, size_t len)
{
    return ssl.write(tls->ssl, data, (int)len);
}

void script_tls_free(struct script_tls *tls, bool goodbye)
{
    if (tls == NULL)
        return;
    if (goodbye)
        (void)ssl.shutdown(tls->ssl);
    ssl.free(tls->ssl);
    ssl.context_free(tls->context);
    free(tls);
}
