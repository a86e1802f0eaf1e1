/* sent.c - see sent.h */
#include "work/sent.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/setup.h"

static bool kept(const struct cx *cx)
{
    return cx->setup->data && strncmp(cx->setup->mail, "smtp", 4) == 0;
}

static const char *path_of(struct cx *cx, struct id job)
{
    return arena_print(cx->mem, "%s/sent/%s", cx->setup->data, job.text);
}

void sent_note(struct cx *cx, struct id job)
{
    if (!kept(cx)) return;
    const char *path = path_of(cx, job);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 && errno == ENOENT) {
        mkdir(arena_print(cx->mem, "%s/sent", cx->setup->data), 0700);
        fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    }
    if (fd < 0) log_line(LOG_BROKEN, "sent_not_noted", log_text("why", strerror(errno)));
    if (fd >= 0) close(fd);
}

bool sent_noted(struct cx *cx, struct id job)
{
    return kept(cx) && access(path_of(cx, job), F_OK) == 0;
}

void sent_forget(struct cx *cx, struct id job)
{
    if (kept(cx)) unlink(path_of(cx, job));
}
