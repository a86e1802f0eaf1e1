/* mail.c - see mail.h */
#include "work/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret.h"
#include "base/text.h"
#include "base/time.h"
#include "work/mime.h"

enum { ADDRESS_MOST = 254, ID_MOST = 64, LINE_MOST = 900 };

static bool letter_or_digit(char c)
{
    return ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (c >= '0' && c <= '9');
}

/* One line of UTF-8.  NULL is fine. */
static bool line_sound(const char *text)
{
    if (!text) return true;
    for (const char *c = text; *c; c++)
        if ((unsigned char)*c < ' ' || *c == 0x7f) return false;
    return text_valid_utf8(text, strlen(text));
}

/* Looser than email_clean() about the domain, for "linden@localhost". */
static bool address_sound(const char *address)
{
    const char *at = strchr(address, '@');
    if (!at || at == address || !at[1] || strlen(address) > ADDRESS_MOST) return false;
    for (const char *c = address; c < at; c++)
        if (!letter_or_digit(*c) && !strchr("!#$%&'*+-/=?^_`{|}~.", *c)) return false;
    for (const char *c = at + 1; *c; c++)
        if (!letter_or_digit(*c) && *c != '-' && *c != '.') return false;
    return true;
}

/* It becomes a file name, too. */
static bool id_sound(const char *id)
{
    size_t n = strlen(id);
    if (n < 1 || n > ID_MOST || id[0] == '.') return false;
    for (const char *c = id; *c; c++)
        if (!letter_or_digit(*c) && *c != '-' && *c != '_' && *c != '.') return false;
    return true;
}

static bool link_sound(const char *link)
{
    if (strncmp(link, "https://", 8) != 0 && strncmp(link, "http://", 7) != 0) return false;
    for (const char *c = link; *c; c++)
        if (*c <= ' ' || *c >= 0x7f || strchr("<>\"\\", *c)) return false;
    return strlen(link) <= LINE_MOST;
}

const char *mail_wrong(const struct mail *mail)
{
    if (!mail->id || !id_sound(mail->id)) return "the mail's id is none";
    if (!mail->from || !address_sound(mail->from)) return "the sender's address is none";
    if (!mail->to || !address_sound(mail->to)) return "the receiver's address is none";
    if (mail->reply_to && !address_sound(mail->reply_to)) return "the address for replies is none";
    if (!line_sound(mail->from_name)) return "the sender's name is no line of text";
    if (!line_sound(mail->to_name)) return "the receiver's name is no line of text";
    if (!mail->subject || !line_sound(mail->subject)) return "the subject is no line of text";
    if (mail->unsubscribe && !link_sound(mail->unsubscribe))
        return "the link to unsubscribe is none";
    if (mail->in_reply_to && !id_sound(mail->in_reply_to))
        return "the id of the earlier mail is none";
    if (!mail->text || !text_valid_utf8(mail->text, strlen(mail->text)))
        return "the text is no text";
    if (mail->html && !text_valid_utf8(mail->html, strlen(mail->html)))
        return "the HTML is no text";
    if (mail->calendar && !text_valid_utf8(mail->calendar, strlen(mail->calendar)))
        return "the calendar file is no text";
    return NULL;
}

const char *mail_file_name(struct arena *mem, const char *id, int64_t created_at)
{
    struct civil c = zone_local(zone_find("UTC"), created_at);
    int64_t fraction = (created_at % SECONDS(1) + SECONDS(1)) % SECONDS(1);
    return arena_print(mem, "%04d%02d%02dT%02d%02d%02d.%06dZ-%s.eml", c.year, c.month, c.day,
                       c.hour, c.minute, c.second, (int)fraction, id);
}

bool mail_already_written(struct arena *mem, const char *folder, const char *id, int64_t created_at)
{
    if (!id_sound(id)) return false;
    return access(arena_print(mem, "%s/%s", folder, mail_file_name(mem, id, created_at)), F_OK)
           == 0;
}

static bool write_all(int fd, const char *bytes, size_t n)
{
    while (n) {
        ssize_t done = write(fd, bytes, n);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes += done;
        n -= (size_t)done;
    }
    return true;
}

/* The folder's entries reach the disk, too. */
static bool folder_sync(const char *folder)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return false;
    bool done = fsync(fd) == 0;
    close(fd);
    return done;
}

/* Under a name that nobody looks at, then under its own. */
static bool file_write(struct arena *mem, const char *folder, const char *name, const char *bytes,
                       size_t n)
{
    char token[SECRET_SIZE];
    secret_token(token);
    const char *draft = arena_print(mem, "%s/.%.11s.new", folder, token);
    int fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    bool done = write_all(fd, bytes, n) && fsync(fd) == 0;
    int error = errno;
    if (close(fd) != 0 && done) done = false, error = errno;
    if (done && rename(draft, arena_print(mem, "%s/%s", folder, name)) != 0)
        done = false, error = errno;
    if (!done) unlink(draft);
    errno = error;
    return done && folder_sync(folder);
}

enum mail_result mail_write(struct arena *mem, const char *folder, const struct mail *mail,
                            const char **problem)
{
    const char *bytes;
    size_t n;
    if ((*problem = mail_wrong(mail))) return MAIL_REFUSED;
    mime_write(mem, mail, &bytes, &n);
    if (mail_already_written(mem, folder, mail->id, mail->created_at)) return MAIL_SENT;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST) {
        *problem = arena_print(mem, "%s: %s", folder, strerror(errno));
        return MAIL_TRY_AGAIN;
    }
    if (file_write(mem, folder, mail_file_name(mem, mail->id, mail->created_at), bytes, n))
        return MAIL_SENT;
    *problem = arena_print(mem, "%s: %s", folder, strerror(errno));
    return MAIL_TRY_AGAIN;
}
