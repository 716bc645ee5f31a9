/* Effect. Every subcommand; see struct command. */
#ifndef SETUP_COMMANDS_H
#define SETUP_COMMANDS_H

#include "context.h"

extern const struct command command_wizard;
extern const struct command command_check;
extern const struct command command_verify_url;
extern const struct command command_test_reply;
extern const struct command command_smoke;
extern const struct command command_nginx;
extern const struct command command_preview;
extern const struct command command_alert;
extern const struct command command_tick;

#endif
