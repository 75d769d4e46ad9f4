/* The page and what it needs, embedded at build by page/embed.mjs. */
#ifndef DASHBOARD_PAGE_H
#define DASHBOARD_PAGE_H

#include <stddef.h>

struct page_file {
    const char *path; /* "/", "/panel.js" */
    const char *type; /* its Content-Type */
    const unsigned char *bytes;
    size_t length;
};

extern const struct page_file page_files[];
extern const size_t page_file_count;

#endif
