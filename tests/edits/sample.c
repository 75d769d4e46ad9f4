#include <a.h>

struct s {
    int a;
};

/* c */
int f(int a, char *b)
{
    if (a > 1)
        return g(a, "x");
    for (int i = 0; i < 3; i++) {
        b[i] = 'c';
    }
    return 0;
}
