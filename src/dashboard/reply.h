/* How the dashboard's answers go out: each with the headers that guard it.
 * Private to the folder. */
#ifndef DASHBOARD_REPLY_H
#define DASHBOARD_REPLY_H

#include "base/buf.h"
#include "dashboard/microhttpd.h"
#include "dashboard/page.h"

/* `response` is taken; NULL, one that found no memory, ends the connection. */
enum MHD_Result reply(struct MHD_Connection *c, unsigned status,
                      const char *type, struct MHD_Response *response);

enum MHD_Result reply_sentence(struct MHD_Connection *c, unsigned status,
                               const char *sentence);

/* `body` is taken; a browser keeps it as `file`, or shows it (NULL). */
enum MHD_Result reply_body(struct MHD_Connection *c, const char *type,
                           const char *file, struct buf *body);

enum MHD_Result reply_page(struct MHD_Connection *c, const struct page_file *f);

#endif
