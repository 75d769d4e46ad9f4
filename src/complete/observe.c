#include "complete/observe.h"
#include "base/file.h"

struct str observe_path(struct str path, struct str root)
{
    while (root.len && root.ptr[root.len - 1] == '/')
        root.len--;
    if (root.len == 0 || !str_starts(path, root) || path.len <= root.len ||
        path.ptr[root.len] != '/')
        return path;
    return str_sub(path, root.len + 1, path.len);
}

static bool looks_like_test(struct str path)
{
    static const char *const marks[] = {"test", "Test", "spec", "Spec"};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (str_find(path, str_from(marks[i])) != STR_NONE)
            return true;
    return false;
}

static int64_t indent_columns(struct str line)
{
    int64_t columns = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.ptr[i] == ' ')
            columns++;
        else if (line.ptr[i] == '\t')
            columns += 8 - columns % 8;
        else
            break;
    }
    return columns;
}

void observe(const struct document *doc, size_t offset, enum trigger trigger,
             struct str root, struct observation *out)
{
    const struct text *t = &doc->text;
    struct str path = observe_path(str_from(doc->path), root);
    out->c = classify(doc, offset);
    out->extent = extent_at(doc, offset, &out->c);
    out->task = (struct task){
        .class = out->c.class,
        .trigger = trigger,
        .language = str_from(doc->language->name),
        .path = path,
        .filename = file_name(path),
        .extension = file_extension(path),
        .line_prefix = text_line_prefix(t, offset),
        .line_suffix = text_line_suffix(t, offset),
        .prefix_bytes = (int64_t)offset,
        .suffix_bytes = (int64_t)(text_len(t) - offset),
        .indent = indent_columns(text_line(t, text_line_at(t, offset))),
        .depth = out->c.depth,
        .file_lines = (int64_t)t->n_lines,
        .in_test = looks_like_test(path),
        .multiline = out->extent != EXTENT_LINE,
        .in_error = out->c.in_error,
    };
}
