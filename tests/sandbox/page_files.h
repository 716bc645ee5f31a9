/* Pure. The files of the page, which are in the program. */
#ifndef SANDBOX_PAGE_FILES_H
#define SANDBOX_PAGE_FILES_H

struct page_file {
    const char *name; /* "" for the page itself */
    const char *type; /* for Content-Type */
    const char *text;
};

/* The file of that name, or NULL. Static. */
const struct page_file *page_files_find(const char *name);

#endif
