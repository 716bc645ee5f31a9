#include "operator.h"

#include <string.h>

#include "config.h"
#include "event.h"

struct operator_claim operator_of(const struct event *event)
{
    const bool pressed = event->kind == EVENT_PRESS;
    return (struct operator_claim){
        .person_id = pressed ? event->press.person_id : event->message.sender_id,
        .chat_id = event->chat_id,
        .own_tenant = pressed ? event->press.own_tenant : event->message.own_tenant,
    };
}

bool operator_is_one(const struct config_receiver *receiver, const struct operator_claim *claim)
{
    const struct config_list *operators = &receiver->operators;
    if (receiver->chat[0] == '\0' || strcmp(receiver->chat, claim->chat_id) != 0)
        return false;
    for (size_t i = 0; i < operators->count; i++) {
        if (strcmp(operators->items[i], "*") == 0 ||
            strcmp(operators->items[i], claim->person_id) == 0)
            return true;
    }
    return operators->count == 0;
}

bool operator_may_act(const struct config *config, const struct config_receiver *receiver,
                      const struct operator_claim *claim)
{
    return secret_is_set(&config->app.encrypt_key) && claim->own_tenant &&
           operator_is_one(receiver, claim);
}
