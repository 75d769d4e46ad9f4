#include "net/hmac.h"

#include <nettle/base64.h>
#include <nettle/hmac.h>

#include <stdlib.h>
#include <string.h>

static bool set_key(struct hmac_sha256_ctx *c, struct str secret)
{
    struct base64_decode_ctx decoder;
    if (!str_starts(secret, STR("whsec_"))) {
        hmac_sha256_set_key(c, secret.len, (const uint8_t *)secret.ptr);
        return true;
    }
    struct str text = str_sub(secret, 6, secret.len);
    size_t n = BASE64_DECODE_LENGTH(text.len);
    uint8_t *key = malloc(n + 1);
    base64_decode_init(&decoder);
    bool good = key &&
                base64_decode_update(&decoder, &n, key, text.len, text.ptr) &&
                base64_decode_final(&decoder);
    if (good)
        hmac_sha256_set_key(c, n, key);
    free(key);
    return good;
}

static void add(struct hmac_sha256_ctx *c, struct str s)
{
    hmac_sha256_update(c, s.len, (const uint8_t *)s.ptr);
}

bool hmac_sign(struct str secret, const struct webhook_message *m,
               struct buf *out)
{
    struct hmac_sha256_ctx c;
    uint8_t digest[SHA256_DIGEST_SIZE];
    char text[BASE64_ENCODE_RAW_LENGTH(SHA256_DIGEST_SIZE) + 1];
    struct buf head;
    if (!set_key(&c, secret))
        return false;
    buf_init(&head, 200);
    buf_printf(&head, "%s.%lld.", m->id, (long long)m->seconds);
    add(&c, buf_view(&head));
    add(&c, m->body);
    buf_release(&head);
    hmac_sha256_digest(&c, sizeof digest, digest);
    base64_encode_raw(text, sizeof digest, digest);
    text[sizeof text - 1] = '\0';
    return buf_append(out, STR("v1,")) && buf_append(out, str_from(text));
}
