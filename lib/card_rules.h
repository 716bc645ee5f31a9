/* Pure. What the platform takes as a card of schema 2.0, where every tag and every property that it
 * does not know is an error. */
#ifndef FEISHU_CARD_RULES_H
#define FEISHU_CARD_RULES_H

struct json_object;

enum { CARD_RULES_ELEMENTS_MAX = 200 };

/* What the platform calls the reasons it has against a card. */
enum { CARD_RULES_TOO_MANY = 11310, CARD_RULES_JSON = 200621, CARD_RULES_TAG = 200861 };

struct card_rules_verdict {
    int reason; /* 0: fine */
    char text[96];
};

/* Judges the card, which may be any tree. The text says what is wrong first. */
struct card_rules_verdict card_rules_judge(struct json_object *card);

#endif
