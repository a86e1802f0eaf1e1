/* money.c - see money.h */
#include "base/money.h"

#include <string.h>

const char *money_words(struct arena *mem, int64_t cents)
{
    int64_t size = cents < 0 ? -cents : cents;
    return arena_print(mem, "%s%lld.%02lld", cents < 0 ? "-" : "", (long long)(size / 100),
                       (long long)(size % 100));
}

/* Digits with up to two decimals, as hundredths; signs of `around` may stand about. */
static int64_t hundredths(const char *typed, const char *around, int64_t most)
{
    int64_t n = 0;
    int decimals = -1;
    for (typed += strspn(typed, around); *typed; typed++) {
        if ((*typed == '.' || *typed == ',') && decimals < 0) {
            decimals = 0;
        } else if (*typed >= '0' && *typed <= '9' && decimals < 2) {
            n = n * 10 + (*typed - '0');
            if (decimals >= 0) decimals++;
        } else if (!typed[strspn(typed, around)]) {
            break;
        } else if (*typed != ' ') {
            return -1;
        }
        if (n > most) return -1;
    }
    for (int d = decimals < 0 ? 0 : decimals; d < 2; d++) n *= 10;
    return n > most ? -1 : n;
}

int64_t money_typed(const char *typed)
{
    return hundredths(typed, " $", MONEY_MOST);
}

const char *rate_words(struct arena *mem, int64_t rate)
{
    if (rate % 100 == 0) return arena_print(mem, "%lld", (long long)(rate / 100));
    if (rate % 10 == 0)
        return arena_print(mem, "%lld.%lld", (long long)(rate / 100), (long long)(rate / 10 % 10));
    return money_words(mem, rate);
}

int64_t rate_typed(const char *typed)
{
    return hundredths(typed, " %", RATE_MOST);
}

int64_t money_tax(int64_t net_cents, int64_t rate)
{
    return (net_cents * rate + RATE_MOST / 2) / RATE_MOST;
}

int64_t money_share(int64_t cents, int64_t part, int64_t whole)
{
    return whole ? (2 * cents * part + whole) / (2 * whole) : 0;
}
