/* Effect. The server's side of TLS, for tests. The programs are not linked with libssl: it is found
 * through libcurl, which needs it. */
#ifndef FEISHU_SCRIPT_TLS_H
#define FEISHU_SCRIPT_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct script_tls;

/* Shakes hands on the connected socket; NULL if the other side goes away over it. certificate: PEM
 * file with certificate and key. */
struct script_tls *script_tls_accept(int socket, const char *certificate);

/* As read and write. */
ssize_t script_tls_read(struct script_tls *tls, void *data, size_t len);
ssize_t script_tls_write(struct script_tls *tls, const void *data, size_t len);

/* Says goodbye if it should, and frees; NULL is fine. The socket stays. */
void script_tls_free(struct script_tls *tls, bool goodbye);

#endif
