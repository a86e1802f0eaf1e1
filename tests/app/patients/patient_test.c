/* patient_test.c - patients: finding, adding, changing, archiving. */
#include "app/patients/patient.h"
#include "app/patients/words.h"
#include "tests/support/practice.h"

#define ROOT "/g/north/patients"

static struct page search(struct cx *cx, const char *who, const char *text)
{
    return post(cx, who, ROOT "/search", "text", text, NULL);
}

static struct page add(struct cx *cx, const char *who, const char *first, const char *last,
                       const char *born, const char *phone, const char *location,
                       const char *practitioner)
{
    return post(cx, who, ROOT, "first_name", first, "last_name", last, "birth_date", born, "phone",
                phone, "locations", location, "practitioner", practitioner, NULL);
}

TEST(the_list_is_in_the_order_of_last_names_and_holds_no_archived_ones)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT);
    const char *anna = strstr(page.body, "Anna Aster"), *bert = strstr(page.body, "Bert O"),
               *cleo = strstr(page.body, "Cleo &lt;i&gt;Cedar");
    CHECK_INT(page.status, 200);
    CHECK(anna && cleo && bert && anna < cleo && cleo < bert);
    CHECK(has_text(page, "27 Mar 1980 (46 years)") || has_text(page, "27 Mar 1980 ("));
    CHECK(!has_text(page, "Dora Drake"));
    CHECK(!has_text(page, "Quokkason"));
    page = get(cx, "freya", ROOT "?archived=1");
    CHECK(has_text(page, "Dora Drake"));
    CHECK(!has_text(page, "Anna Aster"));
}

static bool in_line(const char *body, const char *const names[], size_t n)
{
    for (size_t i = 0; i < n && body; i++) body = strstr(body, names[i]);
    return body;
}

/* Sorted by name, neighbours would say what a hidden name begins with. */
TEST(where_names_are_hidden_lists_are_in_the_order_of_numbers_page_by_page)
{
    static const char *const by_number[] = { ">PX-048213<", ">PX-048214<", ">PX-048215<" },
                             *const by_name[] = { "Anna Aster", "Cleo &lt;", "Bert O" };
    practice_begin(cx);
    must_run(cx, "UPDATE users SET hide_patient_names = 1 WHERE id = 'u-gina'");
    CHECK(in_line(get(cx, "freya", ROOT).body, by_name, 3));
    CHECK(in_line(get(cx, "gina", ROOT).body, by_number, 3));
    struct page page = get(cx, "gina", ROOT "?after=q-bert");
    CHECK(has_text(page, by_number[2]) && !has_text(page, by_number[0]));
    CHECK(!has_text(page, by_number[1]));
    page = get(cx, "gina", ROOT "?practitioner=u-chen");
    CHECK(has_text(page, by_number[0]) && !has_text(page, by_number[1]));
    page = get(cx, "gina", ROOT "?archived=1");
    CHECK(has_text(page, ">PX-048216<") && !has_text(page, by_number[0]));
}

TEST(lists_can_be_of_a_practitioner_who_is_gone_and_of_nobody_who_never_looked_after_anyone)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT);
    CHECK(has_text(page, "class=\"off\">Ms Kavya Rao (deactivated)</option>"));
    CHECK(has_text(page, ">Mr Chen Wei</option>"));
    CHECK(!has_text(page, "Gina Papas</option>")); /* an administrator */
    page = get(cx, "freya", ROOT "?practitioner=u-kavya");
    CHECK(has_text(page, "Cleo &lt;i&gt;Cedar") && !has_text(page, "Anna Aster"));
    CHECK(!has_text(get(cx, "freya", ROOT "/new"), "Kavya")); /* nobody to choose */
    must_run(cx, "DELETE FROM patient_practitioners WHERE user_id = 'u-kavya'");
    CHECK(!has_text(get(cx, "freya", ROOT), "Kavya Rao"));
}

TEST(search_finds_names_in_any_order_without_accents_and_by_their_beginnings)
{
    static const struct {
        const char *text, *found;
    } all[] = {
        { "aster anna", "Anna Aster" },
        { "ANN AST", "Anna Aster" },
        { "ster", NULL },
        { "luczak", "Bert O" },
        { "łucz bert", "Bert O" },
        { "obirch", "Bert O" },
        { "birch", "Bert O" },
        { "o'birch", "Bert O" },
        { "27 3 1980", "Anna Aster" },
        { "27/03/1980", "Anna Aster" },
        { "1980-03-27", "Anna Aster" },
        { "anna 27 mar 1980", "Anna Aster" },
        { "bert 27 mar 1980", NULL },
        { "1001", "Anna Aster" },
        { "03 5550 1001", "Anna Aster" },
        { "5550 1001", "Anna Aster" },
        { "+61 3 5550 1001", "Anna Aster" },
        { "anna 5550 1001", "Anna Aster" },
        { "bert 5550 1001", NULL },
        { "dora", "Dora Drake" },
        { "quokkason", NULL },
        { "%", NULL },
        { "_nna", NULL },
        { "px-048213", "Anna Aster" },
        { "' OR 1=1", NULL },
    };
    practice_begin(cx);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct page page = search(cx, "freya", all[i].text);
        CHECK_INT(page.status, 200);
        if (all[i].found && !has_text(page, all[i].found)) printf("  not by %s\n", all[i].text);
        if (all[i].found) CHECK(has_text(page, all[i].found));
        CHECK_INT(has_text(page, "No patients match"), !all[i].found);
    }
    struct page page = search(cx, "freya", "  ");
    CHECK(has_text(page, "Anna Aster") && has_text(page, "Cleo"));
}

TEST(what_is_looked_for_stands_in_no_address_and_no_title)
{
    practice_begin(cx);
    struct page page = search(cx, "freya", "aster");
    CHECK(!has_text(page, "=aster") && !has_text(page, "text=a"));
    const char *title = strstr(get(cx, "freya", ROOT "/q-anna").body, "<title>");
    CHECK(title && strncmp(title, "<title>Patient record – Northside", 30) == 0);
}

TEST(a_patient_is_added_with_a_number_a_practitioner_and_what_is_found_by)
{
    practice_begin(cx);
    struct page page =
        add(cx, "gina", " Åse ", "Weiß", "1 2 1990", "03 5550 0999", "l-riverside", "u-ben");
    CHECK_INT(page.status, 303);
    page = get(cx, "gina", page.location);
    CHECK(has_text(page, "Patient 1005 is added."));
    CHECK(has_text(page, "Åse Weiß") && has_text(page, "1 Feb 1990"));
    CHECK(has_text(page, "Ben &lt;b&gt;Brandt"));
    CHECK(has_text(search(cx, "gina", "weiss ase"), "Åse Weiß"));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'patient.added' AND about_name ="
                    " '1005' AND practice_id = 'north'"),
              1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE changes || about_name || note LIKE '%Wei%'"),
              0);
}

TEST(a_form_with_faults_says_all_of_them_and_keeps_what_was_typed)
{
    practice_begin(cx);
    struct page page = post(cx, "freya", ROOT, "first_name", "Kit", "last_name", "", "birth_date",
                            "31 2 1990", "phone", "12", "email", "nobody", NULL);
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Enter a last name"));
    CHECK(has_text(page, "Enter a date of birth like"));
    CHECK(has_text(page, "Enter a phone number with its digits"));
    CHECK(has_text(page, "Enter an email address"));
    CHECK(has_text(page, "Choose at least one location"));
    CHECK(has_text(page, "value=\"Kit\"") && has_text(page, "value=\"31 2 1990\""));
    page = add(cx, "freya", "Kit", "Moss", "1 1 2999", "", "l-south", "u-gina");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "not in the future") && has_text(page, "Choose locations from the list"));
    page = add(cx, "freya", "Kit", "Moss", "", "", "l-riverside", "u-gina");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "Choose a practitioner from the list"));
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE practice_id = 'north'"), 4);
}

TEST(who_seems_to_be_there_already_is_shown_before_a_second_record_is_made)
{
    practice_begin(cx);
    struct page page = add(cx, "freya", "Ana", "Aster", "27 3 1980", "", "l-riverside", "");
    CHECK_INT(page.status, 422);
    CHECK(has_text(page, "There may be a record of this patient already"));
    CHECK(has_text(page, "q-anna") && !has_text(page, "q-bert"));
    page = add(cx, "freya", "Anna", "Jones", "", "+61 3 5550 1001", "l-riverside", "");
    CHECK_INT(page.status, 422);
    CHECK_INT(add(cx, "freya", "Anna", "Aster", "1 1 2001", "", "l-riverside", "").status, 303);
    page = post(cx, "freya", ROOT, "first_name", "Anna", "last_name", "Aster", "birth_date",
                "27 3 1980", "locations", "l-riverside", "another", "1", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE last_name = 'Aster'"), 3);
}

TEST(a_warning_about_duplicates_tells_nobody_of_records_out_of_reach)
{
    practice_begin(cx);
    must_run(cx, "UPDATE users SET read_only = 0 WHERE id = 'u-chen'");
    struct page page =
        add(cx, "chen", "Bert", "O'Birch-Łuczak", "1 12 1975", "", "l-riverside", "");
    CHECK_INT(page.status, 303); /* bert is ben's, and chen has Personal Access */
    CHECK_INT(get(cx, "chen", page.location).status, 200); /* the new one is chen's own */
}

TEST(a_change_says_which_details_differ_and_not_what_they_are)
{
    practice_begin(cx);
    struct page page = get(cx, "freya", ROOT "/q-anna/edit");
    CHECK(has_text(page, "value=\"27 Mar 1980\"") && has_text(page, "value=\"Aster\""));
    page = post(cx, "freya", ROOT "/q-anna", "version", "1", "first_name", "Anna", "last_name",
                "Ash", "birth_date", "27 3 1980", "phone", "03 5550 1001", "locations",
                "l-riverside", "email", "anna@x.example", NULL);
    CHECK_INT(page.status, 303);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'patient.changed' AND changes ="
                    " '[{\"field\":\"Last name\",\"before\":\"given\",\"after\":\"changed\"},"
                    "{\"field\":\"Email\",\"before\":\"\",\"after\":\"given\"}]'"),
              1);
    CHECK(has_text(search(cx, "freya", "ash"), "Anna Ash"));
    CHECK(!has_text(search(cx, "freya", "aster"), "Anna"));
    CHECK_INT(COUNT("SELECT count(*) FROM patient_practitioners WHERE names = 'ash anna'"), 1);
}

TEST(who_saves_a_stale_patient_chooses_between_both_versions)
{
    practice_begin(cx);
    must_run(cx, "UPDATE patients SET phone = '03 5550 7777', version = 2 WHERE id = 'q-anna'");
    struct page page = post(cx, "freya", ROOT "/q-anna", "version", "1", "first_name", "Anna",
                            "last_name", "Aster", "birth_date", "27 3 1980", "phone",
                            "03 5550 8888", "locations", "l-riverside", NULL);
    CHECK_INT(page.status, 409);
    CHECK(has_text(page, "03 5550 7777") && has_text(page, "03 5550 8888"));
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE phone = '03 5550 7777'"), 1);
}

/* What lists are read from says of every patient what the record says. */
static bool places_agree(struct cx *cx)
{
    act_as(cx, "south", "zoe");
    enum status status = words_check(cx);
    return act_end(cx, OK) == OK && status == OK;
}

TEST(a_record_leads_to_an_appointment_for_that_patient_where_one_may_be_booked)
{
    static const char link[] = "/g/north/calendar/new?patient=q-anna";
    practice_begin(cx);
    CHECK(has_text(get(cx, "gina", "/g/north/patients/q-anna"), link));
    CHECK(has_text(get(cx, "gina", link), "id=\"patient-chosen\" value=\"q-anna\" checked"));
    CHECK(!has_text(get(cx, "chen", "/g/north/patients/q-anna"), link)); /* read only */
    must_run(cx, "UPDATE patients SET state = 'archived' WHERE id = 'q-anna'");
    CHECK(!has_text(get(cx, "gina", "/g/north/patients/q-anna"), link));
}

TEST(an_archived_patient_leaves_the_list_and_comes_back_whole)
{
    practice_begin(cx);
    CHECK_INT(post(cx, "freya", ROOT "/q-anna/archive", NULL).status, 303);
    CHECK_INT(post(cx, "freya", ROOT "/q-anna/archive", NULL).status, 303);
    CHECK(!has_text(get(cx, "gina", ROOT), "href=\"/g/north/patients/q-anna\""));
    CHECK(has_text(get(cx, "gina", ROOT "/q-anna"), "Archived on"));
    CHECK(has_text(search(cx, "gina", "aster"), "Archived"));
    CHECK(!has_text(get(cx, "freya", ROOT "?location=l-riverside"), "patients/q-anna\""));
    CHECK(has_text(get(cx, "freya", ROOT "?archived=1&location=l-riverside"), "Anna Aster"));
    CHECK(places_agree(cx));
    CHECK_INT(post(cx, "freya", ROOT "/q-anna/restore", NULL).status, 303);
    CHECK(has_text(get(cx, "gina", ROOT), "Anna Aster"));
    CHECK(places_agree(cx));
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'patient.archived'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM audit WHERE kind = 'patient.restored'"), 1);
    CHECK_INT(COUNT("SELECT count(*) FROM patients WHERE practice_id = 'north'"), 4);
}

TEST(a_place_in_lists_that_differs_from_the_record_is_found)
{
    static const char *const wrong[] = {
        "UPDATE patient_locations SET state = 'archived' WHERE patient_id = 'q-anna'",
        "UPDATE patient_locations SET names = 'ash anna' WHERE patient_id = 'q-anna'",
        "UPDATE patient_practitioners SET state = 'merged' WHERE patient_id = 'q-anna'",
        "UPDATE patients SET names = 'ash anna' WHERE id = 'q-anna'",
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        practice_begin(cx);
        CHECK(places_agree(cx));
        must_run(cx, wrong[i]);
        CHECK(!places_agree(cx));
        CHECK(strstr(cx->message, "the patient q-anna of the group north") != NULL);
    }
}

TEST(pages_of_fifty_follow_each_other_without_gaps)
{
    practice_begin(cx);
    for (int i = 0; i < 120; i++)
        CHECK_INT(
            add(cx, "freya", "Page", arena_print(cx->mem, "Zz%03d", i), "", "", "l-riverside", "")
                .status,
            303);
    struct page page = get(cx, "freya", ROOT);
    int seen = 0, pages = 0;
    for (;; pages++) {
        for (const char *at = page.body; (at = strstr(at, "<tr data-row>")); at++) seen++;
        const char *next = strstr(page.body, ROOT "?after=");
        if (!next) break;
        page = get(cx, "freya", arena_copy(cx->mem, next, strcspn(next, "\"")));
    }
    CHECK_INT(seen, 123);
    CHECK_INT(pages, 2);
}
