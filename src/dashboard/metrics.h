/*
 * The metrics for Prometheus: its text format (version 0.0.4), pure.
 *
 * Counters and histograms are those of the history's tally, which only grow.
 * Names are OpenTelemetry's (gen_ai, as Prometheus writes them) where it has
 * any, and "switchyard_…" else; units are seconds, tokens, dollars (usd) and
 * shares. Each label has METRICS_VALUES values at most: what is rarer is
 * "other". docs/metrics.md lists them.
 */
#ifndef DASHBOARD_METRICS_H
#define DASHBOARD_METRICS_H

#include "base/buf.h"
#include "base/json.h"
#include "history/tally.h"

enum { METRICS_VALUES = 64 };

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

/*
 * Append them. `t` is changed: rare names become "other", and it is put into
 * the order of the format. `now` tells how models and budgets stand, as
 * panel_options' does; NULL: nobody knows. False without memory.
 */
bool metrics_print(struct buf *out, struct tallies *t, const cJSON *now);

#endif
