/* pending.c - pages that are on their way.  Weak: the real ones take their place. */
#include "web/web.h"

__attribute__((weak)) enum status users_index(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_new(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_create_form(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_preview(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_show(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_update(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_review(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_temporary_password(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_send_reset(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_send_welcome(struct cx *cx, struct request *rq, struct response *rs)
{
    (void)rq, (void)rs;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_prepare(struct cx *cx, struct request *rq)
{
    (void)rq;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

__attribute__((weak)) enum status user_temporary_prepare(struct cx *cx, struct request *rq)
{
    (void)rq;
    return fail(cx, NOT_FOUND, "There is no such page.");
}

