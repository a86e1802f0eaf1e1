// explain_test.mjs - why a user can or cannot see a patient's record, for the host.
import { equal, matches, test } from './lib.mjs';

const ask = (place, email, number, more = []) =>
  place.run(['user', 'explain', '--group', 'northside-allied-health', '--email', email, '--patient', number, ...more]);

test('user explain prints the steps that decide', place => {
  equal(place.run(['demo', 'seed']).code, 0);
  let ran = ask(place, 'amara.okafor@northside.example', '1001');
  equal(ran.code, 0, ran.err);
  matches(ran.out, /^The record: See and edit\n {2}1\. Full Access: own records See and edit; others' records See and edit\.\n/);
  ran = ask(place, 'chen.wei@northside.example', '1001', ['--json']);
  const [record] = JSON.parse(ran.out);
  equal(record.what, 'The record');
  matches(record.why.join(' '), /Read Only Access: own records See/);
});

test('user explain says what it does not find', place => {
  equal(place.run(['demo', 'seed']).code, 0);
  equal(ask(place, 'amara.okafor@northside.example', '999999').code, 3);
  equal(ask(place, 'nobody@northside.example', '1001').code, 3);
  equal(ask(place, 'mara@harbourst.example', '1001').code, 3, 'of another group');
  equal(place.run(['user', 'explain', '--group', 'nowhere', '--email', 'a@b.example', '--patient', '1']).code, 3);
  equal(ask(place, 'amara.okafor@northside.example', '1 or 1=1').code, 2);
  equal(ask(place, 'nobody', '1001').code, 2);
});
