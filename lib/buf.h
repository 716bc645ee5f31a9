/* Pure. Growable bytes with a ceiling and a sticky failure: append freely, test `failed` once.
 * Always NUL-terminated once there is memory, and binary-safe. */
#ifndef FEISHU_BUF_H
#define FEISHU_BUF_H

#include <stdbool.h>
#include <stddef.h>

struct buf {
    char *data; /* NULL while nothing was appended; see buf_text */
    size_t len; /* bytes, without the final NUL */
    size_t cap;
    size_t max;  /* ceiling of len in bytes */
    bool failed; /* an append would have passed the ceiling; the contents stop before it */
};

#define BUF_INIT(max_len)                                                                          \
    {                                                                                              \
        NULL, 0, 0, (max_len), false                                                               \
    }

/* Appends; nothing of data is added if it does not fit below the ceiling. */
void buf_add(struct buf *buf, const void *data, size_t len);
void buf_add_text(struct buf *buf, const char *text);
void buf_add_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes room for `more` bytes after the contents, to be written in place and then counted in by
 * buf_extend. NULL, and failed, if they would pass the ceiling. Borrowed: lives until the next
 * append or release. */
char *buf_reserve(struct buf *buf, size_t more);

/* Counts in len bytes, at most those last reserved. */
void buf_extend(struct buf *buf, size_t len);

/* Forgets what is behind the first len bytes, of which there are so many. */
void buf_cut(struct buf *buf, size_t len);

/* The contents as text; "" when empty. Borrowed: lives until the next append or release. */
const char *buf_text(const struct buf *buf);

/* Forgets the contents and the failure, keeps the memory. */
void buf_clear(struct buf *buf);

/* Frees the contents; the buffer can be used again. */
void buf_release(struct buf *buf);

/* As buf_release, but overwrites the contents first: for secrets and decrypted text. */
void buf_wipe(struct buf *buf);

#endif
