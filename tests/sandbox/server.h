/* Effect. The sandbox's HTTP server: the one user of libmicrohttpd. */
#ifndef SANDBOX_SERVER_H
#define SANDBOX_SERVER_H

#include <stdint.h>

struct error;
struct server;
struct world;

/* Listens as the world's options say; port gets the port. NULL and ERROR_INTERNAL if that cannot be
 * done. Ended by server_stop. */
struct server *server_start(struct world *world, uint16_t *port, struct error *error);

/* Ends every connection; the world has been stopped before. NULL is fine. */
void server_stop(struct server *server);

#endif
