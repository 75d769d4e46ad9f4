/* What a plug-in may say: a message is read, or refused with a sentence; what
 * it answers to our questions, likewise. */
#include "plugin/message.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct plugin_message m;
    struct plugin_choice choice;
    struct why why = {{0}};
    unsigned roles;
    char *copy = malloc(size + 1);
    if (!copy)
        return 0;
    memcpy(copy, data, size);
    enum err e = plugin_message_read((struct str){copy, size}, &m, &why);
    assert(!e == !why.text[0]);
    assert(e || m.id);
    if (!e && m.kind == PLUGIN_ANSWER) {
        struct why detail = {{0}};
        e = plugin_read_choice(m.result, &choice, &detail);
        assert(!e == !detail.text[0] && choice.n <= PLUGIN_CHOICES);
        detail.text[0] = '\0';
        e = plugin_read_roles(m.result, &roles, &detail);
        assert(!e == !detail.text[0]);
    }
    plugin_message_release(&m);
    free(copy);
    return 0;
}
