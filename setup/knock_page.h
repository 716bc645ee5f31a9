/* Pure. Who it is that answered, by what they answered. */
#ifndef SETUP_KNOCK_PAGE_H
#define SETUP_KNOCK_PAGE_H

struct http_response;

enum knock_page {
    KNOCK_PAGE_OURS,     /* JSON {"error":…} of the bot's own */
    KNOCK_PAGE_JSON,     /* another object of JSON */
    KNOCK_PAGE_FCGIWRAP, /* its words, as text */
    KNOCK_PAGE_NGINX,    /* a page of nginx's own */
    KNOCK_PAGE_FILING,   /* a page about an ICP filing that is missing (备案) */
    KNOCK_PAGE_HTML,     /* another page */
    KNOCK_PAGE_OTHER
};

enum knock_page knock_page_kind(const struct http_response *response);

/* Of KNOCK_PAGE_FILING: whose page it is, "阿里云 · Alibaba Cloud", or NULL. Static. */
const char *knock_page_cloud(const struct http_response *response);

/* The page's title, one line of at most some 60 bytes, or "" if it has none. Caller frees. */
char *knock_page_title(const struct http_response *response);

#endif
