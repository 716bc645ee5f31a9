#include "knock_page.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "http.h"
#include "memory.h"
#include "text.h"
#include "tree.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { TITLE_MAX = 60 };

/* What pages about a missing filing, or redirects to them, hold. */
static const char *const filing_marks[] = {
    "webblock.html",
    "batit.aliyun.com",
    "beian-block",
    "ICP Filing",
};

/* 备案, in UTF-8 and in GBK: also in the small print of sites that are filed. */
static const char *const filing_words[] = { "\xe5\xa4\x87\xe6\xa1\x88", "\xb1\xb8\xb0\xb8" };

/* Servers that are nginx, as they sign their pages. */
static const char *const nginx_marks[] = { "<center>nginx", "<center>openresty",
                                           "<center>tengine" };

/* How the texts begin that fcgiwrap answers where it cannot run the program, or gets nothing from
 * it. */
static const char *const fcgiwrap_marks[] = { "403 Forbidden",
                                              "An error occurred while reading CGI reply" };

/* Whose page it is. */
static const struct {
    const char *mark;
    const char *cloud;
} clouds[] = {
    { "aliyun", "阿里云 · Alibaba Cloud" },
    { "Non-compliance ICP Filing", "阿里云 · Alibaba Cloud" },
    { "qcloud", "腾讯云 · Tencent Cloud" },
    { "cloud.tencent", "腾讯云 · Tencent Cloud" },
    { "dnspod", "腾讯云 · Tencent Cloud" },
    { "hwclouds", "华为云 · Huawei Cloud" },
    { "huaweicloud", "华为云 · Huawei Cloud" },
    { "bce.baidu", "百度智能云 · Baidu AI Cloud" },
    { "cloud.baidu", "百度智能云 · Baidu AI Cloud" },
    { "volcengine", "火山引擎 · Volcengine" },
    { "阿里云", "阿里云 · Alibaba Cloud" },
    { "腾讯云", "腾讯云 · Tencent Cloud" },
    { "华为云", "华为云 · Huawei Cloud" },
    { "百度智能云", "百度智能云 · Baidu AI Cloud" },
    { "火山引擎", "火山引擎 · Volcengine" },
};

static const char *find(const struct http_response *response, const char *mark)
{
    const struct buf *body = &response->body;
    const char *at = strstr(response->location, mark);
    return at != NULL || body->len == 0 ? at : memmem(body->data, body->len, mark, strlen(mark));
}

static bool holds(const struct http_response *response, const char *const *marks, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (find(response, marks[i]) != NULL)
            return true;
    }
    return false;
}

/* Whether the page shows the number of a filing, as that of a site that has one must: "粤ICP备1…".
 */
static bool has_number(const struct http_response *response)
{
    static const char before[] = "ICP备";
    const char *at = strstr(buf_text(&response->body), before);
    while (at != NULL && isdigit((unsigned char)at[strlen(before)]) == 0)
        at = strstr(at + 1, before);
    return at != NULL;
}

static bool is_filing(const struct http_response *response)
{
    return holds(response, filing_marks, COUNT(filing_marks)) ||
           (holds(response, filing_words, COUNT(filing_words)) && !has_number(response));
}

const char *knock_page_cloud(const struct http_response *response)
{
    for (size_t i = 0; i < COUNT(clouds); i++) {
        if (find(response, clouds[i].mark) != NULL)
            return clouds[i].cloud;
    }
    return NULL;
}

static bool is_page(const struct http_response *response)
{
    return strncasecmp(response->content_type, "text/html", strlen("text/html")) == 0 ||
           strcasestr(buf_text(&response->body), "<html") != NULL;
}

static bool is_fcgiwrap(const struct http_response *response)
{
    for (size_t i = 0; i < COUNT(fcgiwrap_marks); i++) {
        if (strncmp(buf_text(&response->body), fcgiwrap_marks[i], strlen(fcgiwrap_marks[i])) == 0)
            return response->status >= 400;
    }
    return false;
}

static enum knock_page kind_of_object(struct json_object *tree)
{
    return tree_text(tree, "error") != NULL ? KNOCK_PAGE_OURS : KNOCK_PAGE_JSON;
}

enum knock_page knock_page_kind(const struct http_response *response)
{
    struct error error = ERROR_INIT;
    const struct buf *body = &response->body;
    struct json_object *tree = tree_parse_object(buf_text(body), body->len, &error);
    if (tree != NULL) {
        const enum knock_page kind = kind_of_object(tree);
        tree_free(tree);
        return kind;
    }
    if (is_filing(response))
        return KNOCK_PAGE_FILING;
    if (is_fcgiwrap(response))
        return KNOCK_PAGE_FCGIWRAP;
    if (holds(response, nginx_marks, COUNT(nginx_marks)))
        return KNOCK_PAGE_NGINX;
    return is_page(response) ? KNOCK_PAGE_HTML : KNOCK_PAGE_OTHER;
}

/* Makes all white space of a text single spaces. */
static void squeeze(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0'; at++) {
        const bool space = isspace((unsigned char)*at) != 0;
        if (!space)
            *to++ = *at;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    while (to > text && to[-1] == ' ')
        to--;
    *to = '\0';
}

char *knock_page_title(const struct http_response *response)
{
    const char *from = strcasestr(buf_text(&response->body), "<title");
    const char *begin = from == NULL ? NULL : strchr(from, '>');
    const char *end = begin == NULL ? NULL : strchr(begin, '<');
    if (end == NULL)
        return memory_copy("");
    char *title = text_clean(begin + 1, (size_t)(end - begin - 1));
    squeeze(title);
    title[text_cut(title, strlen(title), TITLE_MAX)] = '\0';
    return title;
}
