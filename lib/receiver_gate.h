/* Pure. Who may post alerts: what a request shows, against a receiver's tokens. */
#ifndef FEISHU_RECEIVER_GATE_H
#define FEISHU_RECEIVER_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct config;
struct config_receiver;

/* What a request shows. Texts are "" when absent. */
struct receiver_pass {
    const char *name;              /* of the receiver, behind /alert/ */
    const char *authorization;     /* the header: Bearer, or Basic with the token as password */
    const char *grafana_signature; /* X-Grafana-Alerting-Signature */
    const char *grafana_timestamp; /* X-Grafana-Alerting-Timestamp */
    const char *body;
    size_t body_len;
};

enum { RECEIVER_GATE_AGE_S = 300 }; /* how old what Grafana signed may be */

/* The receiver that the request may post to, or NULL: no such receiver, a wrong token, a wrong or
 * old signature. It takes the same time for each. Borrowed from config. now_ms: wall clock. */
const struct config_receiver *receiver_gate(const struct config *config,
                                            const struct receiver_pass *pass, int64_t now_ms);

#endif
