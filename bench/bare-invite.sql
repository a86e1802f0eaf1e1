\set n random(1, 1000000000000000)
\set g random(1, 1000)
\set u :g + 17
\set due :n + 432000000000
\set over :n + 604800000000
\startpipeline
BEGIN ISOLATION LEVEL SERIALIZABLE;
INSERT INTO invitations (practice_id, id, email, email_key, title, first_name, last_name, find_key, role_type, profession, registration_number, level, locations, inviter_id, inviter_name, created_at, sent_at, expires_at) VALUES ('g' || lpad(:g::text, 25, '0'), 'i' || lpad(:n::text, 25, '0'), 'new' || :n::text || '@else.example', 'new' || :n::text || '@else.example', 'Ms', 'New', 'Person', 'new person new' || :n::text || '@else.example', 'practitioner', 'physiotherapist', 'PHY0001234567', 'clinical', 'l0000000000000000000000000', 'u' || lpad(:u::text, 25, '0'), 'Amara Okafor', :n::bigint, :n::bigint, :over::bigint);
INSERT INTO jobs (practice_id, id, kind, about, attempts_left, run_at, created_at) VALUES ('g' || lpad(:g::text, 25, '0'), 'j' || lpad(:n::text, 25, '0'), 'letter_invitation', 'i' || lpad(:n::text, 25, '0'), 8, :n::bigint, :n::bigint);
INSERT INTO jobs (practice_id, id, kind, about, attempts_left, run_at, created_at) VALUES ('g' || lpad(:g::text, 25, '0'), 'k' || lpad(:n::text, 25, '0'), 'invitation_remind', 'i' || lpad(:n::text, 25, '0'), 8, :due::bigint, :n::bigint);
INSERT INTO jobs (practice_id, id, kind, about, attempts_left, run_at, created_at) VALUES ('g' || lpad(:g::text, 25, '0'), 'm' || lpad(:n::text, 25, '0'), 'invitation_expire', 'i' || lpad(:n::text, 25, '0'), 8, :over::bigint, :n::bigint);
INSERT INTO audit (practice_id, seq, at, kind, actor_id, actor_name, about_id, about_name, changes, note, via, address, agent, before_hash, hash) VALUES ('g' || lpad(:g::text, 25, '0'), :n::bigint, :n::bigint, 'invitation_sent', 'u' || lpad(:u::text, 25, '0'), 'Amara Okafor', 'i' || lpad(:n::text, 25, '0'), 'Ms New Person', '[{"field":"Email","before":"","after":"new@else.example"},{"field":"Role type","before":"","after":"Practitioner"},{"field":"Access level","before":"","after":"Clinical Access"}]', '', 'web', '127.0.0.1', 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'nJx5vK0Ylq3cVnq2m1pZ7w8e4r6t9yU0iOpAsDfGhJk', 'nJx5vK0Ylq3cVnq2m1pZ7w8e4r6t9yU0iOpAsDfGhJk');
INSERT INTO audit_heads (practice_id, seq, hash) VALUES ('g' || lpad(:g::text, 25, '0'), :n::bigint, 'nJx5vK0Ylq3cVnq2m1pZ7w8e4r6t9yU0iOpAsDfGhJk') ON CONFLICT (practice_id) DO UPDATE SET seq = excluded.seq, hash = excluded.hash;
INSERT INTO tries (what, who, n, first_at, last_at) VALUES ('adds', 'g' || lpad(:g::text, 25, '0'), 1, :n::bigint, :n::bigint) ON CONFLICT (what, who) DO UPDATE SET n = tries.n + 1, last_at = excluded.last_at;
COMMIT;
\endpipeline
