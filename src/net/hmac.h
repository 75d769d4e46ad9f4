/*
 * Signatures of webhooks, as "Standard Webhooks" 1.0 has them: HMAC-SHA256 of
 * "ID.TIMESTAMP.BODY", in base64 behind "v1,". The key is the secret's bytes,
 * or what base64 stands behind "whsec_".
 */
#ifndef NET_HMAC_H
#define NET_HMAC_H

#include "base/buf.h"

#include <stdint.h>

struct webhook_message {
    const char *id;
    int64_t seconds; /* since 1970 */
    struct str body;
};

/* Append it. False where no base64 stands behind "whsec_". */
bool hmac_sign(struct str secret, const struct webhook_message *m,
               struct buf *out);

#endif
