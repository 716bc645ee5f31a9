/* Effect. What comes back for a request, and what that means. */
#ifndef FEISHU_HTTP_ANSWER_H
#define FEISHU_HTTP_ANSWER_H

#include "http_sending.h"

/* Sets where libcurl leaves what it reads, and tells how far it got. */
void http_answer_listen(struct http_sending *sending);

/* What came of it, by what libcurl returned. The response is filled for HTTP_ANSWERED; else it is
 * cleared but for its trouble, and the error is set. */
enum http_outcome http_answer_judge(struct http_sending *sending, CURLcode code,
                                    struct error *error);

/* Empties the response; the ceiling of its body stays. */
void http_answer_clear(struct http_response *response);

#endif
