/* row.h - hand-overs as rows; for the sources of this folder. */
#pragma once
#include "app/handovers/handover.h"
#include "db/db.h"

#define HANDOVER_COLUMN_LIST                                                                    \
    "SELECT v.id, v.user_id, v.by_id, v.by_name, v.state, v.rows_n, v.created_at, v.touched_at" \
    " FROM handovers v WHERE v.practice_id = $1"
struct handover *handover_read(struct cx *, const struct table *, size_t row);
/* From this state into that one, now; CONFLICT "stale" if it is in another one by now. */
enum status handover_move(struct cx *, const struct handover *, enum handover_state to);
enum status handover_row_end(struct cx *, const struct handover *, int64_t position,
                             enum handover_result);
const char *handover_result_key(enum handover_result);
