#include "fuzz/dialect.h"
#include "provider/template.h"

/* After template_break() no token of the layout is left. */
static void fuzz_template(struct str bytes)
{
    struct buf text;
    size_t at;
    for (size_t i = 0; i < template_count(); i++) {
        const char *const *tokens = template_at(i)->tokens;
        buf_init(&text, FUZZ_BODY_MAX);
        require(template_break(tokens, bytes, &text));
        for (; *tokens; tokens++)
            require(str_find(buf_view(&text), str_from(*tokens)) == STR_NONE);
        buf_release(&text);
    }
    size_t len = template_find_token(bytes, 0, &at);
    require(len == 0 || at + len <= bytes.len);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_template((struct str){(const char *)data, size});
    return fuzz_dialect("openai-text", data, size);
}
