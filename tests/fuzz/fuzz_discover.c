/* What may listen at a port says anything; first byte: as which server. */
#include "provider/discover.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct why why;
    if (size == 0)
        return 0;
    struct discovered *d = calloc(1, sizeof *d);
    if (!d)
        return 0;
    struct str body = {(const char *)data + 1, size - 1};
    d->kind = discovery_at(data[0] % discovery_count());
    strcpy(d->address, "http://127.0.0.1:1");
    for (size_t path = 0; path < DISCOVER_PATHS && d->kind->paths[path]; path++)
        discover_read(d, path, body, &why);
    for (size_t i = 0; i < d->n_models; i++)
        assert(d->models[i].id[0]);
    cJSON_Delete(discover_config(d, 1));
    free(d);
    return 0;
}
