/*
 * How the strategy "adaptive" learns: its regret beside always the same model,
 * the cheapest, the quickest, and one at random; and how soon it finds the
 * best model, and another once that one gets worse, and that one again.
 * Regret is what the best model would have been worth more, summed up, in
 * accepted completions. Decisions and what is learned are the program's own;
 * bandit.h says what is assumed of the worlds, of which there is one for each
 * seed.
 */
#include "bench/bandit.h"

#include <stdlib.h>

enum { SEEDS = 200 };

static const struct {
    const char *name, *route;
    bool at_random;
} choices[] = {
    {"always the first", "\"default\": \"0\"", false},
    {"the cheapest", "\"strategy\": \"cost\"", false},
    {"the quickest", "\"strategy\": \"performance\"", false},
    {"at random", "\"strategy\": \"adaptive\"", true},
    {"adaptive", "\"strategy\": \"adaptive\"", false},
};

enum { CHOICES = sizeof choices / sizeof *choices };

static const int points[] = {50, 100, 200, 300, 350, 400, 500, 600, 700, 900};

enum { POINTS = sizeof points / sizeof *points };

/* Of all seeds, the last choice. */
struct result {
    struct bandit_life lives[SEEDS];
    int found[SEEDS], followed[SEEDS], back[SEEDS];
};

static void live(struct result *r, int choice, size_t kinds, double lead)
{
    for (int s = 0; s < SEEDS; s++) {
        struct bandit b = bandit_new((uint64_t)s + 1, kinds, lead);
        struct table *t = bandit_table(&b, choices[choice].route);
        bandit_live(&b, t, (uint64_t)s + 1, choices[choice].at_random,
                    &r->lives[s]);
        r->found[s] = bandit_until(&r->lives[s], 0);
        r->followed[s] = bandit_until(&r->lives[s], BANDIT_TURN);
        r->back[s] = bandit_until(&r->lives[s], 2 * BANDIT_TURN);
        table_unref(t);
    }
}

static void print_regret(const struct result *r, const char *name)
{
    printf("  %-18s", name);
    for (int i = 0; i < POINTS; i++) {
        double sum = 0;
        for (int s = 0; s < SEEDS; s++)
            sum += r->lives[s].regret[points[i] - 1];
        printf("%7.1f", sum / SEEDS);
    }
    printf("\n");
}

static double share(const struct result *r, int from, int to)
{
    double sum = 0;
    for (int s = 0; s < SEEDS; s++)
        sum += bandit_share(r->lives[s].best, from, to);
    return 100 * sum / SEEDS;
}

static int by_size(const void *a, const void *b)
{
    return *(const int *)a - *(const int *)b;
}

static void print_until(const char *what, int *until)
{
    qsort(until, SEEDS, sizeof *until, by_size);
    printf("; %s after %d (9 of 10 worlds: ", what, until[SEEDS / 2]);
    if (until[SEEDS * 9 / 10] > BANDIT_TURN)
        printf("not within %d)", BANDIT_TURN);
    else
        printf("%d)", until[SEEDS * 9 / 10]);
}

static void print_following(struct result *r, size_t kinds, double lead)
{
    printf("  adaptive, %zu kind%s, lead %.2f: the best of then is asked in "
           "%.0f %% of 251-300, %.0f %% of 351-400, %.0f %% of 401-450, "
           "%.0f %% of 551-600",
           kinds, kinds > 1 ? "s" : "", lead, share(r, 250, 300),
           share(r, 350, 400), share(r, 400, 450), share(r, 550, 600));
    print_until("found", r->found);
    print_until("followed", r->followed);
    print_until("found again", r->back);
    printf("\n");
}

int main(void)
{
    static struct result r;
    static const struct {
        size_t kinds;
        double lead;
    } worlds[] = {{1, 0.15}, {1, 0.05}, {1, 0.1}, {1, 0.2}, {12, 0.15}};
    printf("  mean of %d worlds of %d models, drawn by tests/bench/bandit.h; "
           "the best falls to 15 %% of its acceptance after %d completions, "
           "and is back after %d\n  %-18s",
           SEEDS, BANDIT_MODELS, BANDIT_TURN, 2 * BANDIT_TURN, "regret after");
    for (int i = 0; i < POINTS; i++)
        printf("%7d", points[i]);
    printf("\n");
    for (int k = 0; k < CHOICES; k++) {
        live(&r, k, worlds[0].kinds, worlds[0].lead);
        print_regret(&r, choices[k].name);
    }
    for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++) {
        live(&r, CHOICES - 1, worlds[i].kinds, worlds[i].lead);
        print_following(&r, worlds[i].kinds, worlds[i].lead);
    }
    return 0;
}
