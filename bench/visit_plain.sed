# visit_plain.sed - src/web/visit.c without what makes signing in trustworthy: no second step, no
# device of a group, no network, no provider, no proof, no known browser (trust.c).
/" CASE WHEN g.slug = " slug " THEN (SELECT CASE WHEN d.ended_at/,/END AS here_at,"/d
/" " SECOND_RULE_COLUMNS ", u.second_since, g.networks,"/d
s/" s.proved_at, s.waits_for, s.only_practice_id, /" s.waits_for, /
/cell_id(t, 0, "only_practice_id")/d
/cell_int(t, 0, "proved_at")/d
/cell_int(t, row, "here_at");/d
s/bool ended_here = .*/bool ended_here = false;/
/TRY(check_only(/d
/TRY(check_network(/d
/TRY(check_second(/d
s/const char \*token = cookie_text(cx, rq, device_cookie_name(cx));/const char *token;/
/cx->actor.device = token;/d
