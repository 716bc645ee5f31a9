/* A custom bot's signature, against vectors that were computed elsewhere. */
#include "suite.h"

#include <string.h>

#include "custom_bot.h"
#include "secret.h"

static const struct {
    const char *timestamp;
    const char *secret;
    const char *signature;
} rows[] = {
    { "1700000000", "SECabc", "XprR1de+0SSBnwWyU/4k6x2TL+Q2SJlM5NNEdAv7MWg=" },
    { "100", "demo", "jquNHnVOwmDRfw+vqTIrY5dooJAgi5EcRtLsQE4wfXg=" },
};

START_TEST(signs)
{
    struct secret secret = SECRET_INIT;
    struct buf signature = BUF_INIT(100);
    secret_set(&secret, rows[_i].secret, strlen(rows[_i].secret));
    custom_bot_sign(rows[_i].timestamp, &secret, &signature);
    ck_assert_str_eq(buf_text(&signature), rows[_i].signature);
    secret_release(&secret);
    buf_release(&signature);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "signs", signs, COUNT(rows));
}

SUITE_MAIN("custom bot", fill)
