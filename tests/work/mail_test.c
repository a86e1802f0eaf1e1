/* mail_test.c - mails as bytes, as files, and on their way to a server. */
#include "work/mail.h"
#include "base/time.h"
#include "tests/support/folder.h"
#include "tests/test.h"
#include "work/mime.h"
#include "work/smtp.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct mail welcome(void)
{
    return (struct mail){
        .id = "01kabc",
        .from_name = "Northside Allied Health via Linden",
        .from = "linden@northside.example",
        .to = "ingrid@haaland.example",
        .to_name = "Ingrid Haaland",
        .subject = "Freya Nilsson added you to Northside Allied Health",
        .text = "Hello Ingrid,\n\nSign in: https://linden.example/sign-in?a=b\n",
        .created_at = TEST_NOW + 123456,
    };
}

static const char *written(struct cx *cx, const struct mail *mail)
{
    const char *bytes = NULL;
    size_t n = 0;
    if (!mime_write(cx->mem, mail, &bytes, &n)) return "(refused)";
    CHECK_INT(strlen(bytes), n);
    return bytes;
}

TEST(a_mail_without_html_is_one_part)
{
    struct mail mail = welcome();
    CHECK_TEXT(written(cx, &mail),
               "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
               "From: Northside Allied Health via Linden <linden@northside.example>\r\n"
               "To: Ingrid Haaland <ingrid@haaland.example>\r\n"
               "Subject: Freya Nilsson added you to Northside Allied Health\r\n"
               "Message-ID: <01kabc@northside.example>\r\n"
               "Auto-Submitted: auto-generated\r\n"
               "MIME-Version: 1.0\r\n"
               "Content-Type: text/plain; charset=utf-8\r\n"
               "Content-Transfer-Encoding: quoted-printable\r\n"
               "\r\n"
               "Hello Ingrid,\r\n"
               "\r\n"
               "Sign in: https://linden.example/sign-in?a=3Db\r\n");
}

TEST(a_calendar_file_stands_beside_the_words_and_comes_back_as_it_was)
{
    struct mail mail = welcome();
    mail.html = "<p>Hello</p>";
    mail.calendar = "BEGIN:VCALENDAR\r\nSUMMARY:Appointment=\r\nEND:VCALENDAR\r\n";
    const char *text = written(cx, &mail);
    const char *mixed = strstr(text, "Content-Type: multipart/mixed; boundary=\"=_mixed_01kabc\"");
    const char *words = strstr(text, "Content-Type: multipart/alternative; boundary=\"=_01kabc\"");
    const char *end = strstr(text, "\r\n--=_01kabc--\r\n");
    const char *file = strstr(text, "Content-Disposition: attachment; filename=\"appointment.ics\"");
    CHECK(mixed && words && end && file && mixed < words && words < end && end < file);
    CHECK(strstr(text, "Content-Type: text/calendar; charset=utf-8; method=PUBLISH\r\n"));
    CHECK(strstr(text, "\r\nBEGIN:VCALENDAR\r\nSUMMARY:Appointment=3D\r\nEND:VCALENDAR\r\n"));
    CHECK(strcmp(text + strlen(text) - strlen("\r\n--=_mixed_01kabc--\r\n"),
                 "\r\n--=_mixed_01kabc--\r\n")
          == 0);
}

TEST(plain_text_comes_before_html)
{
    struct mail mail = welcome();
    mail.html = "<p>Hello \u00c5se,</p>";
    mail.reply_to = "freya@northside.example";
    mail.unsubscribe = "https://linden.example/stop/abc";
    mail.in_reply_to = "01kaaa";
    const char *all = written(cx, &mail), *text = strstr(all, "text/plain"),
               *html = strstr(all, "text/html");
    CHECK(text && html && text < html);
    CHECK(strstr(all, "\r\nReply-To: <freya@northside.example>\r\n") != NULL);
    CHECK(strstr(all, "\r\nIn-Reply-To: <01kaaa@northside.example>\r\n") != NULL);
    CHECK(strstr(all, "\r\nReferences: <01kaaa@northside.example>\r\n") != NULL);
    CHECK(strstr(all, "\r\nList-Unsubscribe: <https://linden.example/stop/abc>\r\n") != NULL);
    CHECK(strstr(all, "\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n") != NULL);
    CHECK(
        strstr(
            all,
            "\r\nContent-Type: multipart/alternative; boundary=\"=_01kabc\"\r\n\r\n--=_01kabc\r\n")
        != NULL);
    CHECK(strstr(all, "<p>Hello =C3=85se,</p>\r\n\r\n--=_01kabc--\r\n") != NULL);
    mail.unsubscribe = "http://127.0.0.1:8080/stop/abc";
    CHECK(!strstr(written(cx, &mail), "List-Unsubscribe-Post"));
}

TEST(names_and_subjects_become_header_words)
{
    CHECK_TEXT(mime_words(cx->mem, "Ingrid Haaland", true), "Ingrid Haaland");
    CHECK_TEXT(mime_words(cx->mem, "Dr. Haaland, Ingrid", true), "\"Dr. Haaland, Ingrid\"");
    CHECK_TEXT(mime_words(cx->mem, "Dr. Haaland, Ingrid", false), "Dr. Haaland, Ingrid");
    CHECK_TEXT(mime_words(cx->mem, "a \"b\" \\ <c@d>", true), "\"a \\\"b\\\" \\\\ <c@d>\"");
    CHECK_TEXT(mime_words(cx->mem, "\u00c5se \u0141uczak", true),
               "=?utf-8?Q?=C3=85se_=C5=81uczak?=");
    CHECK_TEXT(mime_words(cx->mem, "=?utf-8?Q?fake?=", false),
               "=?utf-8?Q?=3D=3Futf-8=3FQ=3Ffake=3F=3D?=");
    CHECK_TEXT(mime_words(cx->mem, "two  blanks", false), "=?utf-8?Q?two__blanks?=");
    CHECK_TEXT(mime_words(cx->mem, "", false), "");
}

static const char *letters(struct cx *cx, const char *unit, int n)
{
    const char *text = "";
    for (int i = 0; i < n; i++) text = arena_print(cx->mem, "%s%s", text, unit);
    return text;
}

TEST(no_line_is_long_and_none_ends_bare)
{
    struct mail mail = welcome();
    mail.subject = letters(cx, "\u5c71\u7530\u592a\u90ce", 30);
    mail.to_name = letters(cx, "Anna ", 40);
    mail.from_name = letters(cx, "x", 300);
    mail.text = letters(cx, "a line that goes on and on = \u00e5 ", 30);
    mail.html = arena_print(cx->mem, ".\n..\r\nFrom me\nblank \ntab\t\n%s\r%s",
                            letters(cx, "=", 100), letters(cx, "y", 77));
    const char *all = written(cx, &mail);
    size_t column = 0;
    for (const char *c = all; *c; c++) {
        if (*c == '\n') CHECK(c > all && c[-1] == '\r');
        if (*c == '\r') CHECK(c[1] == '\n');
        column = *c == '\n' || *c == '\r' ? 0 : column + 1;
        CHECK(column <= 76);
        CHECK(*c == '\r' || *c == '\n' || (*c >= ' ' && *c < 0x7f));
    }
    CHECK(strstr(all, "\r\n=2E\r\n=2E.\r\n=46rom me\r\nblank=20\r\ntab=09\r\n") != NULL);
    CHECK(strstr(all, "=0D") != NULL);
}

TEST(what_would_begin_a_line_of_its_own_is_refused)
{
    static const char *const bad[] = { "a\nb", "a\r\nBcc: evil@x.example", "a\rb", "\x01", "a\x7f",
                                       "\xff" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct mail clean = welcome(), mail;
        const char **fields[] = { &mail.id,      &mail.from_name,   &mail.from,
                                  &mail.to,      &mail.to_name,     &mail.reply_to,
                                  &mail.subject, &mail.unsubscribe, &mail.in_reply_to };
        for (size_t f = 0; f < sizeof fields / sizeof *fields; f++) {
            mail = clean;
            *fields[f] = bad[i];
            CHECK(mail_wrong(&mail) != NULL);
            CHECK_TEXT(written(cx, &mail), "(refused)");
        }
    }
    struct mail mail = welcome();
    CHECK(mail_wrong(&mail) == NULL);
    static const char *const no_address[] = { "",
                                              "a",
                                              "@b.example",
                                              "a@",
                                              "a@b@c.example",
                                              "a@b.example\r\nRCPT TO:<evil@x.example>",
                                              "a b@c.example",
                                              "<a@b.example>",
                                              "a@b.example>",
                                              "a@b.example,c@d.example",
                                              "\u00e5@b.example",
                                              "a@b\u00e5.example" };
    for (size_t i = 0; i < sizeof no_address / sizeof *no_address; i++) {
        mail.to = no_address[i];
        CHECK(mail_wrong(&mail) != NULL);
    }
    mail = welcome();
    mail.id = "../escape";
    CHECK(mail_wrong(&mail) != NULL);
    mail.id = "";
    CHECK(mail_wrong(&mail) != NULL);
}

/* --- a folder ---------------------------------------------------------------- */

TEST(a_mail_written_twice_is_one_file)
{
    struct mail mail = welcome();
    const char *base = folder_new(cx), *folder = arena_print(cx->mem, "%s/mail", base), *problem;
    const char *url = arena_print(cx->mem, "file:%s", folder), *path;
    CHECK(!smtp_already_sent(cx->mem, url, mail.id, mail.created_at));
    CHECK(smtp_send(cx->mem, url, NULL, &mail, &problem) == MAIL_SENT);
    CHECK(smtp_already_sent(cx->mem, url, mail.id, mail.created_at));
    CHECK(!smtp_already_sent(cx->mem, url, "01kxyz", mail.created_at));
    path = arena_print(cx->mem, "%s/20261121T100000.123456Z-01kabc.eml", folder);
    struct stat first, second;
    CHECK(stat(path, &first) == 0 && (first.st_mode & 0777) == 0600);
    CHECK_INT(first.st_size, strlen(written(cx, &mail)));
    mail.text = "Another token";
    CHECK(smtp_send(cx->mem, url, NULL, &mail, &problem) == MAIL_SENT);
    CHECK(stat(path, &second) == 0 && first.st_ino == second.st_ino
          && first.st_size == second.st_size);
    CHECK_INT(folder_remove(base), 1); /* and no draft */
}

TEST(what_cannot_be_written_is_tried_again)
{
    struct mail mail = welcome();
    const char *problem;
    CHECK(mail_write(cx->mem, "/nowhere/at/all", &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK_TEXT(problem, "/nowhere/at/all: No such file or directory");
    CHECK(mail_write(cx->mem, "/dev/null", &mail, &problem) == MAIL_TRY_AGAIN);
    mail.to = "a@b.example\n";
    CHECK(mail_write(cx->mem, "/nowhere/at/all", &mail, &problem) == MAIL_REFUSED);
    CHECK(!mail_already_written(cx->mem, "/tmp", "../../etc/passwd", TEST_NOW));
}

/* --- a server ---------------------------------------------------------------- */

/* Speaks SMTP with one client, as its script wants it, and remembers. */
struct server {
    int listening, port;
    pthread_t thread;
    const char *greeting, *hello, *auth, *mail, *rcpt, *data,
        *taken; /* NULL: the usual; "": hang up */
    char heard[8192], body[16384];
};

static bool say(int fd, const char *line, const char *usual)
{
    if (!line) line = usual;
    if (!*line) return false;
    char all[1024];
    int n = snprintf(all, sizeof all, "%s\r\n", line);
    return send(fd, all, (size_t)n, MSG_NOSIGNAL) == n;
}

static bool read_line(int fd, char *line, size_t size)
{
    size_t n = 0;
    while (n + 1 < size && recv(fd, line + n, 1, 0) == 1)
        if (line[n++] == '\n') {
            line[n] = '\0';
            return true;
        }
    return false;
}

static bool add(char *all, size_t size, const char *text)
{
    size_t n = strlen(all);
    snprintf(all + n, size - n, "%s", text);
    return true;
}

static bool converse(struct server *s, int fd)
{
    char line[2048];
    if (!say(fd, s->greeting, "220 mx.example ESMTP")) return false;
    while (read_line(fd, line, sizeof line)) {
        bool on = true;
        add(s->heard, sizeof s->heard, line);
        if (strncmp(line, "EHLO", 4) == 0)
            on = say(fd, s->hello, "250-mx.example\r\n250-8BITMIME\r\n250 SIZE 1000000");
        else if (strncmp(line, "HELO", 4) == 0)
            on = say(fd, NULL, "250 mx.example");
        else if (strncmp(line, "AUTH", 4) == 0)
            on = (s->auth
                  || (say(fd, NULL, "334 ") && read_line(fd, line, sizeof line)
                      && add(s->heard, sizeof s->heard, line)))
                 && say(fd, s->auth, "235 2.7.0 Welcome");
        else if (strncmp(line, "MAIL", 4) == 0)
            on = say(fd, s->mail, "250 2.1.0 Ok");
        else if (strncmp(line, "RCPT", 4) == 0)
            on = say(fd, s->rcpt, "250 2.1.5 Ok");
        else if (strncmp(line, "QUIT", 4) == 0)
            return say(fd, NULL, "221 Bye");
        else if (strncmp(line, "DATA", 4) == 0) {
            on = say(fd, s->data, "354 Go on");
            while (on && (!s->data || *s->data == '3') && read_line(fd, line, sizeof line)
                   && strcmp(line, ".\r\n") != 0)
                add(s->body, sizeof s->body, line);
            if (on && (!s->data || *s->data == '3')) on = say(fd, s->taken, "250 2.0.0 Queued");
        } else
            on = say(fd, NULL, "500 What?");
        if (!on) return false;
    }
    return false;
}

static void *serve(void *arg)
{
    struct server *s = arg;
    int fd = accept(s->listening, NULL, NULL);
    if (fd < 0) return NULL;
    converse(s, fd);
    close(fd);
    return NULL;
}

static const char *server_start(struct cx *cx, struct server *s)
{
    struct sockaddr_in address = { .sin_family = AF_INET,
                                   .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof address;
    s->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(s->listening, (struct sockaddr *)&address, sizeof address) == 0);
    CHECK(listen(s->listening, 4) == 0);
    CHECK(getsockname(s->listening, (struct sockaddr *)&address, &n) == 0);
    s->port = ntohs(address.sin_port);
    CHECK(pthread_create(&s->thread, NULL, serve, s) == 0);
    return arena_print(cx->mem, "smtp://127.0.0.1:%d", s->port);
}

static void server_stop(struct server *s)
{
    shutdown(s->listening, SHUT_RDWR);
    pthread_join(s->thread, NULL);
    close(s->listening);
}

static enum mail_result deliver(struct cx *cx, struct server *s, const struct mail *mail,
                                const char **problem)
{
    const char *url = server_start(cx, s);
    enum mail_result result = smtp_send(cx->mem, url, NULL, mail, problem);
    server_stop(s);
    return result;
}

TEST(a_server_receives_what_was_written)
{
    struct server s = { 0 };
    struct mail mail = welcome();
    const char *problem = NULL;
    mail.text = "One\n.\n.two\nMAIL FROM:<x>\n";
    CHECK(deliver(cx, &s, &mail, &problem) == MAIL_SENT);
    CHECK(!problem);
    CHECK(strstr(s.heard, "EHLO northside.example\r\n") == s.heard);
    CHECK(strstr(s.heard, "MAIL FROM:<linden@northside.example>") != NULL);
    CHECK(strstr(s.heard, "RCPT TO:<ingrid@haaland.example>\r\n") != NULL);
    CHECK_TEXT(s.body, written(cx, &mail));
}

TEST(a_server_that_says_later_is_tried_again)
{
    struct mail mail = welcome();
    const char *problem;
    struct server busy = { .rcpt = "451 4.7.1 Greylisted, come back" };
    CHECK(deliver(cx, &busy, &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK_TEXT(problem, "451 4.7.1 Greylisted, come back");
    CHECK_TEXT(busy.body, "");
    struct server closing = { .greeting = "421 4.3.2 Closing down" };
    CHECK(deliver(cx, &closing, &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK_TEXT(problem, "421 4.3.2 Closing down");
    struct server full = { .taken = "452 4.3.1 Disk full" };
    CHECK(deliver(cx, &full, &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK_TEXT(problem, "452 4.3.1 Disk full");
    struct server gone = { .rcpt = "" }, gone_at_once = { .greeting = "" },
                  gone_after = { .taken = "" };
    CHECK(deliver(cx, &gone, &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK(problem && *problem);
    CHECK(deliver(cx, &gone_at_once, &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK(deliver(cx, &gone_after, &mail, &problem) == MAIL_TRY_AGAIN);
}

TEST(a_server_that_says_never_is_believed_if_it_means_this_mail)
{
    struct mail mail = welcome();
    const char *problem;
    struct server unknown = { .rcpt =
                                  "550-5.1.1 No such user\r\n550 5.1.1 <b>here</b>\x1b[31m\xff" };
    CHECK(deliver(cx, &unknown, &mail, &problem) == MAIL_REFUSED);
    CHECK_TEXT(problem, "550 5.1.1 No such user 5.1.1 <b>here</b> [31m");
    struct server content = { .taken = "554 5.7.1 Rejected" };
    CHECK(deliver(cx, &content, &mail, &problem) == MAIL_REFUSED);
    CHECK_TEXT(problem, "554 5.7.1 Rejected");
    struct server data = { .data = "554 5.5.1 No valid recipients" };
    CHECK(deliver(cx, &data, &mail, &problem) == MAIL_REFUSED);
    /* These are about us, not about the mail. */
    struct server greeting = { .greeting = "554 5.7.1 You are on a list" };
    CHECK(deliver(cx, &greeting, &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK_TEXT(problem, "554 5.7.1 You are on a list");
    struct server wants_login = { .mail = "530 5.7.0 Authentication required" };
    CHECK(deliver(cx, &wants_login, &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK_TEXT(problem, "530 5.7.0 Authentication required");
}

TEST(nobody_listening_is_tried_again)
{
    struct mail mail = welcome();
    struct server s = { 0 };
    const char *url = server_start(cx, &s), *problem;
    server_stop(&s);
    CHECK(smtp_send(cx->mem, url, NULL, &mail, &problem) == MAIL_TRY_AGAIN);
    CHECK(problem && *problem);
}

TEST(injection_never_reaches_the_server)
{
    struct server s = { 0 };
    struct mail mail = welcome();
    const char *url = server_start(cx, &s), *problem;
    mail.to = "a@b.example>\r\nRCPT TO:<evil@x.example";
    CHECK(smtp_send(cx->mem, url, NULL, &mail, &problem) == MAIL_REFUSED);
    mail = welcome();
    mail.from = "a@b.example\r\nQUIT";
    CHECK(smtp_send(cx->mem, url, NULL, &mail, &problem) == MAIL_REFUSED);
    mail = welcome();
    mail.subject = "Hi\r\nBcc: evil@x.example";
    CHECK(smtp_send(cx->mem, url, NULL, &mail, &problem) == MAIL_REFUSED);
    server_stop(&s);
    CHECK_TEXT(s.heard, "");
}

TEST(tls_that_is_required_and_not_offered_keeps_the_mail_here)
{
    struct server s = { 0 };
    struct mail mail = welcome();
    const char *problem, *url = arena_print(cx->mem, "%s?tls=required", server_start(cx, &s));
    CHECK(smtp_send(cx->mem, url, NULL, &mail, &problem) == MAIL_TRY_AGAIN);
    server_stop(&s);
    CHECK(!strstr(s.heard, "MAIL"));
}

static const char *auth_new(struct cx *cx, const char *folder, const char *name, const char *text,
                            mode_t mode)
{
    char *path = arena_print(cx->mem, "%s/%s", folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, mode);
    CHECK(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text)
          && fchmod(fd, mode) == 0);
    close(fd);
    return path;
}

TEST(a_name_and_password_are_given_to_the_server)
{
    struct server s = { .hello = "250-mx.example\r\n250 AUTH PLAIN" };
    struct mail mail = welcome();
    const char *url = server_start(cx, &s), *folder = folder_new(cx), *problem;
    const char *auth = auth_new(cx, folder, "auth", "linden:pass:word\n", 0600);
    CHECK(smtp_send(cx->mem, url, auth, &mail, &problem) == MAIL_SENT);
    server_stop(&s);
    CHECK(strstr(s.heard, "AUTH PLAIN") != NULL);
    CHECK(strstr(s.heard, "AGxpbmRlbgBwYXNzOndvcmQ=") != NULL); /* \0linden\0pass:word */
    struct server wrong = { .hello = "250-mx.example\r\n250 AUTH PLAIN",
                            .auth = "535 5.7.8 Wrong password" };
    url = server_start(cx, &wrong);
    CHECK(smtp_send(cx->mem, url, auth, &mail, &problem) == MAIL_TRY_AGAIN);
    server_stop(&wrong);
    CHECK_TEXT(problem, "535 5.7.8 Wrong password");
    folder_remove(folder);
}

TEST(settings_that_cannot_work_are_named)
{
    CHECK(!smtp_settings_wrong(cx->mem, "smtp://mx.example", NULL));
    CHECK(!smtp_settings_wrong(cx->mem, "smtp://mx.example:587?tls=required", NULL));
    CHECK(!smtp_settings_wrong(cx->mem, "smtps://[::1]:465/", NULL));
    CHECK(!smtp_settings_wrong(cx->mem, "file:/var/mail", NULL));
    static const char *const bad[] = { "",
                                       "http://mx.example",
                                       "smtp://",
                                       "smtp://:25",
                                       "smtp://mx.example:",
                                       "smtp://mx.example:0",
                                       "smtp://mx.example:65536",
                                       "smtp://mx example",
                                       "smtp://user:pass@mx.example",
                                       "smtp://mx.example/x",
                                       "smtp://mx.example?x",
                                       "smtp://mx.example:25\r\n",
                                       "smtp://-x",
                                       "smtp://[::1",
                                       "file:" };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (!smtp_settings_wrong(cx->mem, bad[i], NULL)) CHECK_TEXT(bad[i], "to be refused");
    const char *folder = folder_new(cx), *fine = auth_new(cx, folder, "fine", "a:b", 0600),
               *seen = auth_new(cx, folder, "seen", "a:b", 0640),
               *empty = auth_new(cx, folder, "empty", "nonsense", 0600);
    CHECK(!smtp_settings_wrong(cx->mem, "smtp://mx.example", fine));
    CHECK(strstr(smtp_settings_wrong(cx->mem, "smtp://mx.example", seen), "read by others")
          != NULL);
    CHECK(smtp_settings_wrong(cx->mem, "smtp://mx.example", empty) != NULL);
    CHECK(smtp_settings_wrong(cx->mem, "smtp://mx.example?tls=never", fine) != NULL);
    CHECK(!smtp_settings_wrong(cx->mem, "smtp://127.0.0.1:25?tls=never", fine));
    CHECK(smtp_settings_wrong(cx->mem, "smtp://127.example:25?tls=never", fine) != NULL);
    CHECK(smtp_settings_wrong(cx->mem, "smtp://mx.example", "/nowhere") != NULL);
    folder_remove(folder);
}
