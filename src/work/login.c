/* login.c - see login.h */
#include "work/login.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

const char *login_read(struct arena *mem, const char *path, struct login *out)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) return arena_print(mem, "%s: %s", path, strerror(errno));
    ssize_t n = -1;
    bool open_to_others = fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || (st.st_mode & 077);
    if (!open_to_others) n = read(fd, out->text, sizeof out->text - 1);
    close(fd);
    if (open_to_others) return arena_print(mem, "%s may be read by others (chmod 600 it)", path);
    out->text[n > 0 ? n : 0] = '\0';
    out->text[strcspn(out->text, "\r\n")] = '\0';
    char *colon = strchr(out->text, ':');
    if (n <= 0 || !colon || colon == out->text)
        return arena_print(mem, "%s holds no name:password", path);
    *colon = '\0';
    out->name = out->text;
    out->password = colon + 1;
    return NULL;
}

bool server_sound(const char *server)
{
    const char *port = server;
    if (*server == '[') {
        port = server + 1 + strspn(server + 1, "0123456789abcdefABCDEF:.");
        if (*port++ != ']') return false;
    } else {
        port += strspn(server, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-");
        if (port == server || *server == '-') return false;
    }
    if (!*port) return true;
    if (*port != ':') return false;
    size_t digits = strspn(port + 1, "0123456789");
    int number = 0;
    if (digits < 1 || digits > 5 || port[1 + digits]) return false;
    for (size_t i = 1; i <= digits; i++) number = number * 10 + port[i] - '0';
    return number >= 1 && number <= 65535;
}

bool server_here(const char *server)
{
    size_t n = *server == '[' ? strcspn(server, "]") + 1 : strcspn(server, ":");
    return (n == 9 && strncasecmp(server, "localhost", n) == 0)
           || (n > 4 && strncmp(server, "127.", 4) == 0 && strspn(server, "0123456789.") == n)
           || (n == 5 && strncmp(server, "[::1]", n) == 0);
}

const char *words_cleaned(struct arena *mem, const char *words)
{
    char *clean = arena_take(mem, 3 * strlen(words) + 1), *to = clean;
    size_t size;
    for (unsigned code; (code = text_code_point(words, &size)) != 0; words += size) {
        char one[5] = { 0 };
        memcpy(one, words, size);
        if (code == 0xfffd || !text_plain(one)) {
            if (to > clean && to[-1] != ' ') *to++ = ' ';
            continue;
        }
        memcpy(to, one, size);
        to += size;
    }
    *to = '\0';
    return text_clean(mem, clean);
}
