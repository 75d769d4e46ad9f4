/*
 * The request of both dialects that speak the Open Inference Protocol over
 * gRPC. Private to them.
 */
#ifndef PROVIDER_KSERVE_H
#define PROVIDER_KSERVE_H

#include "provider/provider.h"

/*
 * Append a ModelInferRequest; `stream`: many answers are wanted. As encode()
 * of a dialect.
 *
 * The protocol knows no prompt and no suffix, so a model whose family is known
 * gets its fill-in-the-middle layout, unless the configuration names a tensor
 * for the suffix.
 */
enum err kserve_request(const struct target *target, const struct prompt *p,
                        bool stream, struct buf *body, struct why *why);

#endif
