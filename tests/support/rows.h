/* rows.h - more rows of both practices; for practice.c. */
#pragma once

static const char IMPORTS[] =
    "INSERT INTO imports (practice_id, id, user_id, kind, state, encoding, rows_n, columns, fields,"
    " created_at, touched_at) VALUES"
    " ('north', 'm-freya', 'u-freya', 'patients', 'matching', 0, 1, '\"Surname\"', '\"last_name\"', 1, 1),"
    " ('north', 'm-users', 'u-freya', 'users', 'matching', 0, 1, '\"Surname\"', '\"last_name\"', 1, 1),"
    " ('south', 'm-zoe', 'u-zoe', 'patients', 'matching', 0, 1, '\"Quokka\"', '', 1, 1),"
    " ('south', 'm-zoes', 'u-zoe', 'users', 'matching', 0, 1, '\"Quokka\"', '', 1, 1);"
    "INSERT INTO import_rows (practice_id, import_id, part, numbers, cells, verdicts) VALUES"
    " ('north', 'm-freya', 0, '2', '\"Nelson\"', '?'), ('north', 'm-users', 0, '2', '\"Nelson\"', '?'),"
    " ('south', 'm-zoe', 0, '2', '\"Quokka\"', '?');"
    "INSERT INTO import_marks (practice_id, import_id, mark) VALUES ('north', 'm-freya', 'x'),"
    " ('south', 'm-zoe', 'x');"
    "INSERT INTO import_keys (practice_id, key, names, born, patient_id) VALUES"
    " ('north', 'x', 'x', 'x', 'q-dora'), ('south', 'x', 'x', 'x', 'q-zara');";

/* Of ben, begun by freya, and of zoe; nothing is chosen. */
static const char HANDOVERS[] =
    "INSERT INTO handovers (practice_id, id, user_id, by_id, by_name, state, rows_n, created_at, touched_at) VALUES"
    " ('north', 'h-ben', 'u-ben', 'u-freya', 'Freya Nilsson', 'choosing', 1, 1, 1),"
    " ('south', 'h-zoe', 'u-zoe', 'u-zoe', 'Zoe Zander', 'choosing', 1, 1, 1);"
    "INSERT INTO handover_rows (practice_id, handover_id, position, appointment_id, location_id, starts_at, ends_at) VALUES"
    " ('north', 'h-ben', 0, 'a-bert', 'l-harbour', 1795388400000000, 1795390200000000),"
    " ('south', 'h-zoe', 0, 'a-zara', 'l-south', 1795424400000000, 1795427100000000);";

static const char PLANS[] =
    "INSERT INTO planned_changes (practice_id, user_id, kind, due_at, tell, note, planned_at,"
    " planned_by, planned_name) VALUES"
    " ('north', 'u-kavya', 'activate', 9000000000000000, 0, '', 1, 'u-freya', 'Freya Nilsson'),"
    " ('south', 'u-olga', 'deactivate', 9000000000000000, 0, 'Quokka', 1, 'u-zoe', 'Zoe Zander');"
    "INSERT INTO user_devices (practice_id, id, session_id, user_id, address, since, seen_at)"
    " VALUES ('north', 'dv-chen', 's-chen', 'u-chen', '192.0.2.9', 1, 1),"
    " ('south', 'dv-zoe', 's-zoe', 'u-zoe', 'Quokka', 1, 1);"
    "INSERT INTO deputies (practice_id, user_id, days, named_at, named_by, named_name, quiet_since,"
    " due_at, look_at) VALUES ('south', 'u-olga', 30, 1, 'u-zoe', 'Zoe Zander', 1,"
    " 9000000000000000, 9000000000000000);";

/* Of kavya and of zoe; both are over but for the rows. */
static const char EXPORTS[] =
    "INSERT INTO export_permits (practice_id, user_id, until, by_name) VALUES"
    " ('north', 'u-kavya', 1, 'Freya Nilsson'), ('south', 'u-zoe', 1, 'Zoe Zander');"
    "INSERT INTO exports (practice_id, id, user_id, state, created_at, touched_at) VALUES"
    " ('north', 'x-kavya', 'u-kavya', 'ended', 1, 1), ('south', 'x-zoe', 'u-zoe', 'ended', 1, 1);"
    "INSERT INTO export_items (practice_id, export_id, position, kind, record_id) VALUES"
    " ('north', 'x-kavya', 1, 'patient', 'q-cleo'), ('south', 'x-zoe', 1, 'patient', 'q-zara');"
    "INSERT INTO export_counts (practice_id, export_id, what, why, n) VALUES"
    " ('north', 'x-kavya', 'patients', '', 1), ('south', 'x-zoe', 'patients', '', 1);"
    "INSERT INTO export_files (practice_id, export_id, file, name, size, crc, sum) SELECT"
    " practice_id, CASE practice_id WHEN 'north' THEN 'x-kavya' ELSE 'x-zoe' END, 1, 'Quokka', 1, 1, bytes"
    " FROM attachment_pieces;"
    "INSERT INTO export_pieces (practice_id, export_id, file, begins_at, bytes) SELECT"
    " practice_id, CASE practice_id WHEN 'north' THEN 'x-kavya' ELSE 'x-zoe' END, 1, 0, bytes"
    " FROM attachment_pieces;";

static const char REMINDERS[] =
    "INSERT INTO webhooks (practice_id, id, user_id, url, sealed, events, state, stopped, made_at)"
    " VALUES ('north', 'w-freya', 'u-freya', 'https://hooks.north.example/a?b', 'x', ' user.added ',"
    "  'off', 'user', 1), ('south', 'w-zoe', 'u-zoe', 'https://quokka.example/a', 'x',"
    "  ' user.added ', 'off', 'user', 1);"
    "INSERT INTO webhook_messages (practice_id, id, webhook_id, kind, body, state, at,"
    " waiting_since, tries, tried_at, status, answer) VALUES"
    " ('north', 'wm-freya', 'w-freya', 'user.added', '{}', 'told', 1, 1, 1, 1, 204, 'thanks'),"
    " ('south', 'wm-zoe', 'w-zoe', 'user.added', '{}', 'told', 1, 1, 1, 1, 204, 'Quokka');"
    "INSERT INTO reminder_settings (practice_id, id, user_id, email_on, email_n, email_unit) VALUES"
    " ('north', 'rs-group', NULL, 1, 1, 'days'), ('north', 'rs-kavya', 'u-kavya', 1, 4, 'hours'),"
    " ('south', 'rs-south', NULL, 1, 2, 'days'), ('south', 'rs-zoe', 'u-zoe', 1, 7, 'hours');"
    "INSERT INTO reminders (practice_id, id, appointment_id, channel, starts_at, state, at) VALUES"
    " ('south', 'r-zara', 'a-zara', 'email', 1795424400000000, 'sent', 1);";

/* Hidden, and taking no bookings, until ONLINE_ON. */
static const char BOOKING[] =
    "INSERT INTO booking_profiles (practice_id, user_id, location_id, id, visible, books, lead_hours,"
    " languages, about) VALUES"
    " ('north', 'u-ben', 'l-riverside', 'bp-ben', 'hidden', 'none', 2, 'English, Greek', 'Knees & <b>hips'),"
    " ('north', 'u-ben', 'l-harbour', 'bp-harbour', 'hidden', 'none', 2, '', ''),"
    " ('north', 'u-kavya', 'l-riverside', 'bp-kavya', 'hidden', 'none', 2, '', ''),"
    " ('south', 'u-zoe', 'l-south', 'bp-zoe', 'hidden', 'none', 7, 'Quokka', 'Quokka');"
    "INSERT INTO booking_types (practice_id, user_id, location_id, type_id) VALUES"
    " ('north', 'u-ben', 'l-riverside', 't-first'), ('north', 'u-ben', 'l-riverside', 't-review'),"
    " ('north', 'u-ben', 'l-harbour', 't-review'), ('north', 'u-kavya', 'l-riverside', 't-review'),"
    " ('south', 'u-zoe', 'l-south', 't-south');"
    "INSERT INTO bookings (practice_id, id, user_id, location_id, type_id, starts_at, ends_at, state,"
    " visitor_hash, last_name, email, held_at, expires_at) VALUES"
    " ('north', 'bk-ben', 'u-ben', 'l-riverside', 't-review', 1795000000000000, 1795001800000000, 'ended',"
    "  'x', 'Nelson', 'nelson@home.example', 1, 2),"
    " ('south', 'bk-zoe', 'u-zoe', 'l-south', 't-south', 1795000000000000, 1795001800000000, 'ended',"
    "  'x', 'Quokka', 'quokka@home.example', 1, 2);"
    "INSERT INTO booking_links (practice_id, token_hash, booking_id) VALUES"
    " ('north', 'ben-books-nothing', 'bk-ben'), ('south', 'zoe-books-nothing', 'bk-zoe');"
    "INSERT INTO waiters (practice_id, id, user_id, location_id, type_id, state, name, email, email_key,"
    " phone, parts, joined_at, until_at, expires_at) VALUES"
    " ('north', 'wt-ben', 'u-ben', 'l-riverside', 't-review', 'asked', 'Nelly Nelson',"
    "  'nelly@home.example', 'nelly@home.example', '', 7, 1, 9000000000000000, 9000000000000000),"
    " ('south', 'wt-zoe', 'u-zoe', 'l-south', 't-south', 'waiting', 'Quokka Q', 'quokka@home.example',"
    "  'quokka@home.example', '', 7, 1, 9000000000000000, 9000000000000000);"
    "INSERT INTO waiter_links (practice_id, token_hash, waiter_id) VALUES"
    " ('north', 'nelly-waits', 'wt-ben'), ('south', 'zoe-waits', 'wt-zoe');";

static const char CREDITS[] =
    "INSERT INTO credit_accounts (practice_id, id, user_id, balance, moves) VALUES"
    " ('north', 'bought', NULL, -100, 1), ('north', 'group', NULL, 99, 2), ('north', 'used', NULL, 1, 1),"
    " ('north', 'u-chen', 'u-chen', 0, 0), ('south', 'bought', NULL, -7, 1), ('south', 'group', NULL, 0, 0),"
    " ('south', 'u-zoe', 'u-zoe', 7, 1);"
    "INSERT INTO credit_moves (practice_id, id, kind, once, credits, from_id, from_n, from_balance,"
    " to_id, to_n, to_balance, about_id, note, at, by_id, by_name) VALUES"
    " ('north', 'm-1', 'bought', 'order o-paid', 100, 'bought', 1, -100, 'group', 1, 100, 'o-paid', 'LN-PAID', 1, 'u-freya', 'Freya Nilsson'),"
    " ('north', 'm-2', 'used', 'reminder r-1', 1, 'group', 2, 99, 'used', 1, 1, 'a-anna', '', 2, '', 'Linden'),"
    " ('south', 'm-3', 'bought', 'order o-zoe', 7, 'bought', 1, -7, 'u-zoe', 1, 7, 'o-zoe', 'LN-QUOKKA', 1, 'u-zoe', 'Zoe Zander');"
    "INSERT INTO credit_settings (practice_id, id, user_id, auto_on, auto_below, auto_buy, auto_most, provider) VALUES"
    " ('north', 'cs-group', NULL, 0, 30, 100, 300, 'bank'), ('north', 'cs-chen', 'u-chen', 0, 5, 50, 100, 'bank'),"
    " ('south', 'cs-zoe', 'u-zoe', 1, 3, 70, 700, 'bank');"
    "INSERT INTO credit_orders (practice_id, id, account_id, credits, cents, currency, provider,"
    " reference, state, asked_at, asked_by, asked_name, ended_at, ended_name) VALUES"
    " ('north', 'o-paid', 'group', 100, 1200, 'AUD', 'bank', 'LN-PAID', 'paid', 1, 'u-freya', 'Freya Nilsson', 1, 'Freya Nilsson'),"
    " ('north', 'o-chen', 'u-chen', 50, 600, 'AUD', 'bank', 'LN-CHEN', 'asked', 1, 'u-chen', 'Chen Wei', NULL, ''),"
    " ('south', 'o-zoe', 'u-zoe', 7, 70, 'GBP', 'bank', 'LN-QUOKKA', 'paid', 1, 'u-zoe', 'Zoe Zander', 1, 'Zoe Zander');";

static const char CALENDAR[] =
    "INSERT INTO appointment_types (practice_id, id, name, minutes, fee_cents) VALUES"
    " ('north', 't-first', 'First visit', 60, 18000), ('north', 't-review', 'Review', 30, 9500),"
    " ('south', 't-south', 'Quokka session', 45, 12000);"
    "INSERT INTO working_hours (practice_id, location_id, user_id, weekday, from_minute, to_minute)"
    " VALUES ('north', 'l-riverside', 'u-ben', 1, 480, 720),"
    " ('north', 'l-riverside', 'u-ben', 1, 780, 1020), ('north', 'l-riverside', 'u-ben', 2, 480, 720),"
    " ('south', 'l-south', 'u-zoe', 1, 540, 720);"
    "INSERT INTO rooms (practice_id, id, location_id, name, position, archived) VALUES"
    " ('north', 'rm-one', 'l-riverside', 'Room 1', 1, 0),"
    " ('north', 'rm-two', 'l-riverside', 'Room 2', 2, 0),"
    " ('north', 'rm-old', 'l-riverside', 'Attic', 3, 1),"
    " ('north', 'rm-pool', 'l-harbour', 'Pool', 1, 0),"
    " ('south', 'rm-south', 'l-south', 'Quokka den', 1, 0);"
    "INSERT INTO appointments (practice_id, id, location_id, user_id, patient_id, type_id, label,"
    " starts_at, ends_at, created_at) VALUES"
    " ('north', 'a-anna', 'l-riverside', 'u-chen', 'q-anna', 't-first', '', 1795386600000000, 1795390200000000, 1),"
    " ('north', 'a-bert', 'l-harbour', 'u-ben', 'q-bert', NULL, '', 1795388400000000, 1795390200000000, 1),"
    " ('north', 'a-cleo', 'l-riverside', 'u-kavya', 'q-cleo', 't-review', '', 1795392000000000, 1795393800000000, 1),"
    " ('north', 'a-open', 'l-riverside', NULL, 'q-anna', NULL, '', 1795395600000000, 1795397400000000, 1),"
    " ('north', 'a-lunch', 'l-riverside', 'u-ben', NULL, NULL, 'Lunch', 1795397400000000, 1795400100000000, 1),"
    " ('south', 'a-zara', 'l-south', 'u-zoe', 'q-zara', 't-south', '', 1795424400000000, 1795427100000000, 1);"
    "UPDATE appointments SET room_id = 'rm-south' WHERE id = 'a-zara';"
    "INSERT INTO api_keys (practice_id, id, user_id, name, token_hash, tail, scopes, made_at,"
    " expires_at) VALUES"
    " ('north', 'key-freya', 'u-freya', 'Accounts', 'freya-calls-nothing', 'Abcd', 'users:1', 1, 9000000000000000),"
    " ('south', 'key-zoe', 'u-zoe', 'Quokka feeder', 'zoe-calls-nothing', 'Wxyz', 'users:1', 1, 9000000000000000);"
    "INSERT INTO calendar_feeds (practice_id, user_id, token_hash, names, made_at) VALUES"
    " ('north', 'u-freya', 'freya-reads-nothing', 0, 1), ('south', 'u-zoe', 'zoe-reads-nothing', 0, 1);";
