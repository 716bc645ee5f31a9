/* Pure. The platform's error codes: what each means for the one who called. One table. */
#ifndef FEISHU_CODE_H
#define FEISHU_CODE_H

#include <stdint.h>

enum code_class {
    CODE_OK,
    CODE_TOKEN,   /* the token is refused: fetch another, once */
    CODE_AGAIN,   /* passes by itself, or the operator can mend it within hours */
    CODE_PENDING, /* this very message is still being sent: not known how it ends */
    CODE_CONTENT, /* the content is refused: something shorter or plainer may pass */
    CODE_FINAL    /* trying again cannot help */
};

/* The class of a code that an API other than the token endpoint gave. */
enum code_class code_class(int64_t code);

/* What an operator should do about it, one English sentence for the log. Never NULL. Borrowed. */
const char *code_advice(int64_t code);

#endif
