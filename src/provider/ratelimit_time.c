/* The ways in which services write down a time. Digits are read by hand:
 * strtod() knows "inf", "nan", "0x1p9" and the locale's comma. */
#include "provider/ratelimit.h"

#include <limits.h>
#include <string.h>

static const int64_t second = 1000000;
static const int64_t year_max = (int64_t)366 * 86400 * 1000000;

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* A number with at most 15 digits before its point, in millionths. */
static bool take_number(struct str *s, int64_t *millionths)
{
    int64_t whole = 0, part = 0, unit = second / 10;
    size_t i = 0;
    while (i < s->len && i < 15 && is_digit(s->ptr[i]))
        whole = whole * 10 + (s->ptr[i++] - '0');
    if (i == 0 || (i < s->len && is_digit(s->ptr[i])))
        return false;
    if (i + 1 < s->len && s->ptr[i] == '.' && is_digit(s->ptr[i + 1]))
        for (i++; i < s->len && is_digit(s->ptr[i]); i++, unit /= 10)
            part += (s->ptr[i] - '0') * unit;
    if (whole > INT64_MAX / second - 1)
        return false;
    *millionths = whole * second + part;
    *s = str_sub(*s, i, s->len);
    return true;
}

static bool take_word(struct str *s, struct str *word)
{
    size_t n = 0;
    while (n < s->len && is_letter(s->ptr[n]))
        n++;
    *word = str_sub(*s, 0, n);
    *s = str_sub(*s, n, s->len);
    return n > 0;
}

/* In units of a millionth second; 0: no unit of time. */
static int64_t unit_of(struct str name)
{
    static const struct {
        const char *name;
        int64_t microseconds;
    } units[] = {
        {"us", 1},
        {"ms", 1000},
        {"millisecond", 1000},
        {"milliseconds", 1000},
        {"s", 1000000},
        {"sec", 1000000},
        {"second", 1000000},
        {"seconds", 1000000},
        {"m", 60000000},
        {"min", 60000000},
        {"minute", 60000000},
        {"minutes", 60000000},
        {"h", 3600000000},
        {"hour", 3600000000},
        {"hours", 3600000000},
        {"d", 86400000000},
        {"day", 86400000000},
        {"days", 86400000000},
    };
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (str_eq_nocase(name, str_from(units[i].name)))
            return units[i].microseconds;
    return 0;
}

bool ratelimit_take_duration(struct str *s, int64_t *out)
{
    int64_t total = 0;
    size_t parts = 0;
    struct str rest = *s;
    for (;; parts++) {
        struct str next = str_trim(rest), word;
        int64_t number, unit;
        if (!take_number(&next, &number))
            break;
        while (next.len && *next.ptr == ' ')
            next = str_sub(next, 1, next.len);
        if (!take_word(&next, &word) || !(unit = unit_of(word)))
            break;
        /* Beyond the day that counts at most, precision is of no use. */
        if (number / second > year_max / unit)
            return false;
        total += number / second * unit + number % second * unit / second;
        rest = next;
    }
    *s = rest;
    *out = total;
    return parts > 0;
}

static bool take_digits(struct str *s, size_t n, int *out)
{
    uint64_t number;
    if (s->len < n || !str_number(str_sub(*s, 0, n), INT_MAX, &number))
        return false;
    *out = (int)number;
    *s = str_sub(*s, n, s->len);
    return true;
}

static bool take(struct str *s, const char *literal)
{
    struct str with = str_from(literal);
    if (!str_eq_nocase(str_sub(*s, 0, with.len), with))
        return false;
    *s = str_sub(*s, with.len, s->len);
    return true;
}

struct date {
    int year, month, day, hour, minute, second;
    int64_t millionths;
    int offset; /* minutes east */
};

/* Days since 1970 by the calendar that is in force, counted from a March so
 * that the leap day is a year's last. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t shifted = (month + 9) % 12;
    return 365 * y + y / 4 - y / 100 + y / 400 + (153 * shifted + 2) / 5 + day -
           1 - 719468;
}

static bool time_of(const struct date *d, int64_t *out)
{
    if (d->year < 1970 || d->month < 1 || d->month > 12 || d->day < 1 ||
        d->day > 31 || d->hour > 24 || d->minute > 59 || d->second > 60)
        return false;
    int64_t minutes = (int64_t)d->hour * 60 + d->minute - d->offset;
    *out = (days_of(d->year, d->month, d->day) * 86400 + minutes * 60 +
            d->second) *
               second +
           d->millionths;
    return true;
}

static bool take_clock(struct str *s, struct date *d)
{
    return take_digits(s, 2, &d->hour) && take(s, ":") &&
           take_digits(s, 2, &d->minute) && take(s, ":") &&
           take_digits(s, 2, &d->second);
}

static bool take_offset(struct str *s, struct date *d)
{
    int hours, minutes, sign = str_starts(*s, STR("-")) ? -1 : 1;
    if (take(s, "Z"))
        return true;
    if (!take(s, "+") && !take(s, "-"))
        return false;
    if (!take_digits(s, 2, &hours) || !take(s, ":") ||
        !take_digits(s, 2, &minutes))
        return false;
    d->offset = sign * (hours * 60 + minutes);
    return true;
}

/* "2026-11-23T15:44:22.5Z" (RFC 3339, 5.6) */
static bool rfc_3339(struct str s, int64_t *out)
{
    struct date d = {0};
    bool good = take_digits(&s, 4, &d.year) && take(&s, "-") &&
                take_digits(&s, 2, &d.month) && take(&s, "-") &&
                take_digits(&s, 2, &d.day) &&
                (take(&s, "T") || take(&s, " ")) && take_clock(&s, &d);
    if (good && take(&s, ".")) {
        int64_t unit = second / 10;
        for (; s.len && is_digit(*s.ptr); s = str_sub(s, 1, s.len), unit /= 10)
            d.millionths += (*s.ptr - '0') * unit;
    }
    return good && take_offset(&s, &d) && s.len == 0 && time_of(&d, out);
}

static bool take_month(struct str *s, int *out)
{
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr",
                                         "May", "Jun", "Jul", "Aug",
                                         "Sep", "Oct", "Nov", "Dec"};
    for (int i = 0; i < 12; i++) {
        if (take(s, months[i])) {
            *out = i + 1;
            return true;
        }
    }
    return false;
}

/* "Mon, 23 Nov 2026 15:44:22 GMT" (RFC 9110, 5.6.7). Its two obsolete forms
 * are sent by nobody who answers for models. */
static bool http_date(struct str s, int64_t *out)
{
    struct date d = {0};
    struct str day_name;
    return take_word(&s, &day_name) && take(&s, ", ") &&
           take_digits(&s, 2, &d.day) && take(&s, " ") &&
           take_month(&s, &d.month) && take(&s, " ") &&
           take_digits(&s, 4, &d.year) && take(&s, " ") && take_clock(&s, &d) &&
           take(&s, " GMT") && s.len == 0 && time_of(&d, out);
}

bool ratelimit_date(struct str value, int64_t *out)
{
    value = str_trim(value);
    return rfc_3339(value, out) || http_date(value, out);
}

/*
 * A bare number is seconds from now, or since 1970 where as many would be
 * decades; in milliseconds since then where that many seconds would be
 * millennia (OpenRouter).
 */
static bool bare_number(struct str value, int64_t wall, int64_t *out)
{
    int64_t millionths;
    if (!take_number(&value, &millionths) || value.len)
        return false;
    if (millionths >= 100000000000 * second) /* 1e11 */
        *out = millionths / 1000 - wall;
    else if (millionths >= 1000000000 * second) /* 1e9 */
        *out = millionths - wall;
    else
        *out = millionths;
    return true;
}

bool ratelimit_until(struct str value, int64_t wall, usec *out)
{
    int64_t from_now, date;
    value = str_trim(value);
    struct str rest = value;
    if (ratelimit_date(value, &date))
        from_now = date - wall;
    else if (!bare_number(value, wall, &from_now) &&
             (!ratelimit_take_duration(&rest, &from_now) || rest.len))
        return false;
    if (from_now > year_max)
        return false;
    *out = from_now > 0 ? (usec)from_now : 0;
    return true;
}
