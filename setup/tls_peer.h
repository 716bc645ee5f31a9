/* Effect. The certificate that a server shows, and what is wrong with it. */
#ifndef SETUP_TLS_PEER_H
#define SETUP_TLS_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct address;

enum tls_peer_outcome {
    TLS_PEER_SHOWN,    /* the fields below the outcome's text are filled */
    TLS_PEER_NO_TRUST, /* ca cannot be read */
    TLS_PEER_NO_NAME,  /* the host has no address of IPv4 */
    TLS_PEER_NO_CONNECTION,
    TLS_PEER_NO_TLS /* connected, and no handshake; or not in time */
};

struct tls_peer {
    enum tls_peer_outcome outcome;
    char text[256];   /* what the system or the library says, unless shown */
    char names[256];  /* that it is for, with ", " between them, as many as fit */
    char issuer[256]; /* common name, or organisation */
    size_t sent;      /* certificates */
    int64_t left_s;   /* until it is over; negative if it is */
    bool self_signed;
    bool unknown_issuer; /* nothing leads to a trusted certificate */
    bool wrong_name;
    bool out_of_date; /* this one or another of the chain: over, or not begun */
    char other[128];  /* another objection of the library's, or "" */
};

/* Connects over IPv4 to the host and port of to, shakes hands for the name, and goes. ca: file or
 * folder of the trusted certificates. timeout_ms is for all but the look-up of the host. */
void tls_peer_examine(const char *name, const struct address *to, const char *ca,
                      int64_t timeout_ms, struct tls_peer *peer);

#endif
