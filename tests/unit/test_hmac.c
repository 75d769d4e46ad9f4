/* Signatures of webhooks. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "net/hmac.h"

static const struct webhook_message message = {
    "msg_p5jXN8AQM9LWM0D4loKWxJek",
    1614265330,
    {"{\"test\": 2432232314}", sizeof "{\"test\": 2432232314}" - 1}};

/* As the libraries for Standard Webhooks test themselves; and the same key as
 * plain bytes. */
static void keys_are_bytes_or_base64(void **state)
{
    (void)state;
    static const struct {
        const char *secret, *signature;
    } rows[] = {
        {"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
         "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        {"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
         "v1,ELhqG0Ku1gwOc1f4jyKdp3SFGFLAOdJ9bvpWLciCakI="},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct buf out;
        buf_init(&out, 200);
        assert_true(hmac_sign(str_from(rows[i].secret), &message, &out));
        assert_string_equal(out.ptr, rows[i].signature);
        buf_release(&out);
    }
}

static void what_is_no_base64_signs_nothing(void **state)
{
    (void)state;
    struct buf out;
    buf_init(&out, 200);
    assert_false(hmac_sign(STR("whsec_not base64!"), &message, &out));
    assert_int_equal(out.len, 0);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_bytes_or_base64),
        cmocka_unit_test(what_is_no_base64_signs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
