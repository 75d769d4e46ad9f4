#include "dashboard/reply.h"
#include "dashboard/request.h"

#include <stdio.h>
#include <stdlib.h>

/*
 * Every answer's headers. Scripts and styles come from here alone, nothing can
 * be sent elsewhere, and no other page may frame, open or embed this one; what
 * is shown stays out of caches, the address out of other sites' logs.
 */
static const char *const headers[][2] = {
    {"Content-Security-Policy",
     "default-src 'none'; script-src 'self'; style-src 'self'; "
     "connect-src 'self'; img-src 'self'; base-uri 'none'; "
     "form-action 'none'; frame-ancestors 'none'; "
     "require-trusted-types-for 'script'; trusted-types 'none'"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Embedder-Policy", "require-corp"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
    {"Cache-Control", "no-store"},
};

enum MHD_Result reply(struct MHD_Connection *c, unsigned status,
                      const char *type, struct MHD_Response *response)
{
    if (!response)
        return MHD_NO;
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        MHD_add_response_header(response, headers[i][0], headers[i][1]);
    MHD_add_response_header(response, "Content-Type", type);
    if (status == verdict_status(VERDICT_METHOD))
        MHD_add_response_header(response, "Allow", "GET, HEAD");
    enum MHD_Result sent = MHD_queue_response(c, status, response);
    MHD_destroy_response(response);
    return sent;
}

enum MHD_Result reply_sentence(struct MHD_Connection *c, unsigned status,
                               const char *sentence)
{
    struct buf text;
    buf_init(&text, 2000);
    buf_printf(&text, "%s\n", sentence);
    struct MHD_Response *r = MHD_create_response_from_buffer(
        text.len, text.ptr, MHD_RESPMEM_MUST_COPY);
    buf_release(&text);
    return reply(c, status, "text/plain; charset=utf-8", r);
}

enum MHD_Result reply_body(struct MHD_Connection *c, const char *type,
                           const char *file, struct buf *body)
{
    char keep[100];
    size_t length = body->len;
    char *text = buf_take(body);
    struct MHD_Response *r =
        MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
    if (!r)
        free(text);
    if (r && file) {
        snprintf(keep, sizeof keep, "attachment; filename=\"%s\"", file);
        MHD_add_response_header(r, "Content-Disposition", keep);
    }
    return reply(c, 200, type, r);
}

enum MHD_Result reply_page(struct MHD_Connection *c, const struct page_file *f)
{
    union {
        const unsigned char *constant;
        void *taken;
    } bytes = {f->bytes}; /* not written to: the mode's promise */
    return reply(c, 200, f->type,
                 MHD_create_response_from_buffer(f->length, bytes.taken,
                                                 MHD_RESPMEM_PERSISTENT));
}
