/* Dollars for people, who do not read exponents. */
#ifndef BASE_MONEY_H
#define BASE_MONEY_H

struct money {
    char text[48];
};

/* "$20", "$0.25", "$0.00003212": four digits that count, from $1000 on
 * all of them and cents. */
struct money money_text(double dollars);

#endif
