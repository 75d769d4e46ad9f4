#include "base/money.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS = 4, DECIMALS_MAX = 12 };

static int decimals(double amount)
{
    if (amount >= 1000)
        return 2;
    int n = amount > 0 ? DIGITS - 1 - (int)floor(log10(amount)) : 0;
    return n < DECIMALS_MAX ? n : DECIMALS_MAX;
}

struct money money_text(double dollars)
{
    struct money m;
    double amount = fmin(fabs(dollars), 1e15);
    int n = snprintf(m.text, sizeof m.text, "%s$%.*f", dollars < 0 ? "-" : "",
                     decimals(amount), amount);
    if (strchr(m.text, '.'))
        while (m.text[n - 1] == '0')
            m.text[--n] = '\0';
    if (m.text[n - 1] == '.')
        m.text[--n] = '\0';
    return m;
}
