/* Pure. What the platform takes as a card of schema 2.0, where every tag and every property that it
 * does not know is an error. */
#ifndef SANDBOX_RULES_CARD_H
#define SANDBOX_RULES_CARD_H

struct json_object;

enum { RULES_ELEMENTS_MAX = 200 };

/* What the platform calls the reasons it has against a card. */
enum { RULES_CARD_TOO_MANY = 11310, RULES_CARD_JSON = 200621, RULES_CARD_TAG = 200861 };

struct rules_card_verdict {
    int reason; /* 0: fine */
    char text[96];
};

struct rules_card_verdict rules_card_judge(struct json_object *card);

#endif
