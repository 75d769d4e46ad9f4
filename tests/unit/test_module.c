/* Which file an import means, by rows. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "context/module.h"

#include <string.h>

/* The best of `files`, which are separated by blanks; NULL: none fits. */
static const struct {
    const char *import, *from, *files, *best;
} rows[] = {
    /* Python */
    {"a.b", "main.py", "a/b.py a/c.py b.py", "a/b.py"},
    {"a.b", "main.py", "lib/a/b/__init__.py x/b.py", "lib/a/b/__init__.py"},
    {".util", "pkg/sub/x.py", "util.py pkg/util.py pkg/sub/util.py",
     "pkg/sub/util.py"},
    {"..util", "pkg/sub/x.py", "util.py pkg/util.py pkg/sub/util.py",
     "pkg/util.py"},
    {".", "pkg/x.py", "pkg/__init__.py __init__.py", "pkg/__init__.py"},
    {"util", "pkg/x.py", "pkg/util.py other/deep/util.py", "pkg/util.py"},
    {"json", "pkg/x.py", "tools/deep/json.py", NULL},
    {"os.path", "main.py", "lib/path.py", NULL},
    /* JavaScript, TypeScript */
    {"./user", "src/a.ts", "src/user.ts test/user.ts", "src/user.ts"},
    {"../lib/user.js", "src/a.js", "lib/user.js src/lib/user.js",
     "lib/user.js"},
    {"./user.js", "src/a.ts", "src/user.ts", "src/user.ts"},
    {"./shapes", "src/a.tsx", "src/shapes/index.tsx", "src/shapes/index.tsx"},
    {"./user.service", "src/a.ts", "src/user.service.ts src/user.ts",
     "src/user.service.ts"},
    {"../../up", "a.ts", "up.ts", NULL},
    /* C, C++, Zig, CSS */
    {"base/str.h", "src/lsp/rpc.c", "src/base/str.h src/base/str.c",
     "src/base/str.h"},
    {"str.h", "src/base/str.c", "src/base/str.h old/str.h", "src/base/str.h"},
    {"stdio.h", "src/a.c", "src/io.h", NULL},
    {"list.zig", "src/a.zig", "src/list.zig", "src/list.zig"},
    /* Go: a package is a folder */
    {"example.com/shop/cart", "main.go", "cart/cart.go pay/pay.go",
     "cart/cart.go"},
    {"example.com/shop/cart", "main.go", "src/com/shop/Cart.java", NULL},
    {"example.com/shop/store/cart", "main.go", "store/cart/items.go",
     "store/cart/items.go"},
    /* Rust, Java, PHP, Elixir */
    {"crate::net::http", "src/main.rs", "src/net/http.rs src/http.rs",
     "src/net/http.rs"},
    {"crate::net::Client", "src/main.rs", "src/main/net.rs src/x.rs", NULL},
    {"crate::net::http::Client", "src/main.rs", "src/net/http/mod.rs",
     "src/net/http/mod.rs"},
    {"com.shop.Cart", "src/com/shop/Main.java",
     "src/com/shop/Cart.java src/com/pay/Cart.java", "src/com/shop/Cart.java"},
    {"App\\Models\\User", "app/Http/A.php", "app/Models/User.php",
     "app/Models/User.php"},
    {"MyApp.UserName", "lib/my_app/a.ex", "lib/my_app/user_name.ex",
     "lib/my_app/user_name.ex"},
    /* Nonsense. */
    {"", "a.py", "a/b.py", NULL},
    {"....", "a.py", "b.py", NULL},
    {"/", "a.py", "b.py", NULL},
};

static bool has_common_key(const char *import, struct str path)
{
    uint64_t a[MODULE_KEYS], b[MODULE_KEYS];
    size_t n_a = module_keys(str_from(import), a);
    size_t n_b = module_path_keys(path, b);
    for (size_t i = 0; i < n_a; i++)
        for (size_t k = 0; k < n_b; k++)
            if (a[i] == b[k])
                return true;
    return n_a == 0;
}

static void imports_find_their_files(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct str rest = str_from(rows[i].files), file, best = STR("(none)");
        unsigned most = 0;
        while (str_cut(&rest, ' ', &file)) {
            unsigned fits = module_fits(str_from(rows[i].import),
                                        str_from(rows[i].from), file);
            if (fits > most) {
                most = fits;
                best = file;
            }
        }
        const char *wanted = rows[i].best ? rows[i].best : "(none)";
        if (!str_is(best, wanted))
            fail_msg("\"%s\" in %s: %.*s, not %s", rows[i].import, rows[i].from,
                     STR_ARG(best), wanted);
        if (rows[i].best && !has_common_key(rows[i].import, best))
            fail_msg("\"%s\" is not looked for in %s", rows[i].import, wanted);
    }
}

/* The words of an import may be anything. */
static void any_words_are_no_trouble(void **state)
{
    (void)state;
    char long_one[4000];
    memset(long_one, 'a', sizeof long_one);
    for (size_t i = 0; i < sizeof long_one; i += 2)
        long_one[i] = "./:\\"[i / 2 % 4];
    struct str s = {long_one, sizeof long_one};
    module_fits(s, s, s);
    module_fits(STR("../../../../.."), STR(""), STR(""));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(imports_find_their_files),
        cmocka_unit_test(any_words_are_no_trouble),
    };
    return cmocka_run_group_tests_name("module", tests, NULL, NULL);
}
