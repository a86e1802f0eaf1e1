/* devices_web.c - who is signed in to the practice group, and where. */
#include <string.h>

#include "app/devices/came_in.h"
#include "app/devices/device.h"
#include "app/me/activity_view.h"
#include "app/users/user.h"
#include "base/time.h"
#include "http/place.h"
#include "web/page.h"

#include "app/devices/devices.text.h"

#include "app/devices/devices.html.h"

enum status devices_index(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_device_list devices;
    struct activity activity;
    struct user *user = NULL;
    struct id of = id_of(query_text(rq, "user"));
    if (id_some(of)) TRY(user_find(cx, of, &user));
    TRY(user_device_list(cx, user ? user->id : (struct id){ 0 }, &devices));
    if (user) TRY(came_in_find(cx, user->id, &activity));
    devices_page(&rs->body, rq, user, &devices, &activity);
    return OK;
}

enum status device_end(struct cx *cx, struct request *rq, struct response *rs)
{
    struct user_device device;
    TRY(user_device_end(cx, param_id(rq, "id"), &device));
    return redirect(cx, rq, rs, url_for(cx, rq, ROUTE_devices_index),
                    SAY(devices_ended, device.user_name, agent_words(cx, device.agent)));
}
