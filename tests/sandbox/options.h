/* Effect. The command line of feishu-sandbox. */
#ifndef SANDBOX_OPTIONS_H
#define SANDBOX_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/socket.h>

struct error;

struct options {
    const char *config;
    const char *listen; /* as it was given */
    struct sockaddr_storage address;
    const char *event_url;   /* NULL: none, of a new app */
    const char *certificate; /* with key, or both NULL: plain HTTP */
    const char *key;
    bool fresh; /* the app is a new one */
    bool limits;
    int64_t time_scale;  /* what the platform's long times are divided by */
    int64_t connections; /* events on their way at a time */
    bool help;
};

/* Reads the arguments; texts are borrowed from them. ERROR_INVALID: wrong usage. */
bool options_read(int argc, char **argv, struct options *options, struct error *error)
    __attribute__((warn_unused_result));

/* Prints how the program is used. */
void options_print_help(FILE *stream);

#endif
