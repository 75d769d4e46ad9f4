#include "route/ceiling.h"
#include "base/money.h"

#include <math.h>

/* Sums of fractions differ by a crumb. */
#define CRUMB 1e-12

bool ceiling_allows(double max_cost, const struct standing *row, double spent,
                    struct why *why)
{
    double cost = row->expected_cost;
    if (isinf(max_cost) || model_is_free(row->of))
        return true;
    if (isnan(cost))
        why_set(why, OK,
                "its price is unknown, and this completion may cost %s at "
                "most",
                money_text(max_cost).text);
    else if (spent < 0)
        why_set(why, OK,
                "nobody knows what this completion took so far, and it may "
                "cost %s at most",
                money_text(max_cost).text);
    else if (cost + spent <= max_cost + CRUMB)
        return true;
    else if (spent > 0)
        why_set(why, OK,
                "it would take %s behind %s for others, and this "
                "completion may cost %s at most",
                money_text(cost).text, money_text(spent).text,
                money_text(max_cost).text);
    else
        why_set(why, OK,
                "it would take %s, and this completion may cost %s at "
                "most",
                money_text(cost).text, money_text(max_cost).text);
    return false;
}
