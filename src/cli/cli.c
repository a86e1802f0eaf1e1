/* cli.c - reads the command line and runs the command. */
#include "cli/cli.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "cli/settings.h"

const struct command_info commands[] = {
#define COMMAND(function, words, arguments, options, about, more, example, another) \
    { function, words, arguments, options, about, more, { example, another } },
#include "cli/commands.def"
#undef COMMAND
};
const size_t commands_n = sizeof commands / sizeof *commands;

const struct option_info options[] = {
#define SETTING(name, value, many, otherwise, about) { name, value, otherwise, about, many, true },
#define OPTION(name, value, many, about) { name, value, "", about, many, false },
#define FLAG(name, about) { name, NULL, "", about, false, false },
#include "cli/options.def"
#undef SETTING
#undef OPTION
#undef FLAG
};
const size_t options_n = sizeof options / sizeof *options;
_Static_assert(sizeof options / sizeof *options <= OPTIONS_MOST, "struct cli has no room for them");

static size_t option_index(const char *name, size_t length)
{
    size_t i = 0;
    while (i < options_n
           && (strlen(options[i].name) != length || memcmp(options[i].name, name, length) != 0))
        i++;
    return i;
}

const struct given *option_given(const struct cli *cli, const char *name)
{
    size_t i = option_index(name, strlen(name));
    if (i == options_n) abort();
    return &cli->given[i];
}

const char *option_text(const struct cli *cli, const char *name)
{
    const struct given *given = option_given(cli, name);
    return given->n ? given->at[given->n - 1] : NULL;
}

bool option_set(const struct cli *cli, const char *name)
{
    return option_given(cli, name)->n > 0;
}

/* Where `name` stands in a list like "name! owner-email! json", or NULL. */
static const char *in_list(const char *list, const char *name)
{
    size_t n = strlen(name);
    for (const char *at = list; *at; at += strcspn(at, " "), at += strspn(at, " "))
        if (strncmp(at, name, n) == 0 && (at[n] == ' ' || at[n] == '!' || !at[n])) return at + n;
    return NULL;
}

bool command_takes(const struct command_info *command, const char *option)
{
    return in_list("data config db", option) || in_list(command->options, option);
}

int cli_fail(struct cli *cli, int code, const char *format, ...)
{
    va_list args;
    (void)cli;
    fflush(stdout);
    fputs("linden: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return code;
}

int cli_status(struct cli *cli, enum status status)
{
    static const int codes[] = {
        [OK] = EXIT_DONE,         [NOT_FOUND] = EXIT_NOT_FOUND, [FORBIDDEN] = EXIT_NOT_ALLOWED,
        [INVALID] = EXIT_INVALID, [CONFLICT] = EXIT_CONFLICT,   [AGAIN] = EXIT_OTHER,
        [BROKEN] = EXIT_OTHER,
    };
    if (status == OK) return EXIT_DONE;
    for (const struct fault *f = cli->cx->faults; status == INVALID && f; f = f->next)
        cli_fail(cli, 0, "%s", f->message);
    if (status != INVALID || !cli->cx->faults)
        cli_fail(cli, 0, "%s", cli->cx->message ? cli->cx->message : "something went wrong");
    return codes[status];
}

/* --- reading the command line ------------------------------------------------ */

/* The command whose words the arguments begin with, "group create" or "serve". */
static const struct command_info *find_command(struct cli *cli, int argc, char **argv, int *used)
{
    for (size_t i = 0; i < commands_n; i++) {
        const char *words = commands[i].words, *space = strchr(words, ' ');
        *used = space ? 2 : 1;
        if (argc < *used) continue;
        const char *typed = space ? arena_print(cli->cx->mem, "%s %s", argv[0], argv[1]) : argv[0];
        if (strcmp(typed, words) == 0) return &commands[i];
    }
    return NULL;
}

static int unknown_command(struct cli *cli, int argc, char **argv)
{
    const char *names[64], *typed = argv[0];
    size_t n = 0;
    while (n < commands_n && n < 64) {
        names[n] = commands[n].words;
        n++;
    }
    if (argc > 1 && argv[1][0] != '-') typed = arena_print(cli->cx->mem, "%s %s", argv[0], argv[1]);
    const char *near = help_nearest(typed, names, n);
    if (!near) near = help_nearest(argv[0], names, n);
    if (near)
        return cli_fail(cli, EXIT_USAGE, "there is no command '%s'; did you mean 'linden %s'?",
                        typed, near);
    return cli_fail(cli, EXIT_USAGE, "there is no command '%s'; 'linden help' lists them", typed);
}

static int unknown_option(struct cli *cli, const char *typed, int length)
{
    const char *names[OPTIONS_MOST], *word = arena_print(cli->cx->mem, "%.*s", length, typed);
    size_t n = 0;
    for (size_t i = 0; i < options_n; i++)
        if (command_takes(cli->command, options[i].name)) names[n++] = options[i].name;
    const char *near = help_nearest(word, names, n);
    if (near)
        return cli_fail(cli, EXIT_USAGE, "'linden %s' has no option --%s; did you mean --%s?",
                        cli->command->words, word, near);
    return cli_fail(cli, EXIT_USAGE, "'linden %s' has no option --%s; see 'linden help %s'",
                    cli->command->words, word, cli->command->words);
}

/* One option at argv[*at], which may take its value from the next word. */
static int read_option(struct cli *cli, int argc, char **argv, int *at)
{
    const char *typed = argv[*at] + 2;
    size_t length = strcspn(typed, "="), i = option_index(typed, length);
    if (i == options_n || !command_takes(cli->command, options[i].name))
        return unknown_option(cli, typed, (int)length);
    struct given *given = &cli->given[i];
    const char *value = typed[length] ? typed + length + 1 : NULL;
    if (!options[i].value && value)
        return cli_fail(cli, EXIT_USAGE, "--%s takes no value", options[i].name);
    if (options[i].value && !value) {
        if (*at + 1 >= argc)
            return cli_fail(cli, EXIT_USAGE, "--%s needs a value: %s", options[i].name,
                            options[i].value);
        value = argv[++*at];
    }
    if (given->n && !options[i].many)
        return cli_fail(cli, EXIT_USAGE, "--%s is given twice", options[i].name);
    if (given->n == MANY_MOST)
        return cli_fail(cli, EXIT_USAGE, "--%s is given more than %d times", options[i].name,
                        MANY_MOST);
    given->at[given->n++] = value ? value : "";
    given->from = "option";
    return EXIT_DONE;
}

enum help { NO_HELP, SHORT_HELP, FULL_HELP };

static int read_words(struct cli *cli, int argc, char **argv, enum help *help)
{
    bool plain = false;
    for (int i = 0; i < argc; i++) {
        const char *word = argv[i];
        int code = EXIT_DONE;
        if (!plain && strcmp(word, "--") == 0)
            plain = true;
        else if (!plain && strcmp(word, "-h") == 0)
            *help = SHORT_HELP;
        else if (!plain && strcmp(word, "--help") == 0)
            *help = FULL_HELP;
        else if (!plain && strncmp(word, "--", 2) == 0)
            code = read_option(cli, argc, argv, &i);
        else if (!plain && word[0] == '-' && word[1])
            code =
                cli_fail(cli, EXIT_USAGE, "there is no option %s; long ones begin with --", word);
        else if (cli->arguments_n == ARGUMENTS_MOST)
            code = cli_fail(cli, EXIT_USAGE, "'%s' is one word too many", word);
        else
            cli->arguments[cli->arguments_n++] = word;
        if (code) return code;
    }
    return EXIT_DONE;
}

/* Are all arguments and the options with ! there, and nothing else? */
static int check_words(struct cli *cli)
{
    const struct command_info *command = cli->command;
    bool optional = command->arguments[0] == '[', one = command->arguments[0] && !optional;
    if (one && cli->arguments_n == 0)
        return cli_fail(cli, EXIT_USAGE, "'linden %s' needs %s", command->words,
                        command->arguments);
    if (!optional && cli->arguments_n > one)
        return cli_fail(cli, EXIT_USAGE, "'linden %s' takes no '%s'", command->words,
                        cli->arguments[one]);
    for (size_t i = 0; i < options_n; i++) {
        const char *after = in_list(command->options, options[i].name);
        if (after && *after == '!' && !cli->given[i].n)
            return cli_fail(cli, EXIT_USAGE, "'linden %s' needs --%s %s", command->words,
                            options[i].name, options[i].value);
    }
    return EXIT_DONE;
}

static int run(struct cli *cli, int argc, char **argv)
{
    int used = 0, code;
    enum help help = NO_HELP;
    if (argc == 0 || strcmp(argv[0], "-h") == 0 || strcmp(argv[0], "--help") == 0) {
        help_all(argc ? stdout : stderr);
        return argc ? EXIT_DONE : EXIT_USAGE;
    }
    if (strcmp(argv[0], "--version") == 0) {
        static char *version[] = { "version" };
        argv = version, argc = 1;
    }
    cli->command = find_command(cli, argc, argv, &used);
    if (!cli->command && argv[0][0] == '-')
        return cli_fail(cli, EXIT_USAGE, "the command comes first: linden serve %s", argv[0]);
    if (!cli->command) return unknown_command(cli, argc, argv);
    if ((code = read_words(cli, argc - used, argv + used, &help))) return code;
    if (help == SHORT_HELP) help_short(stdout, cli->command);
    if (help == FULL_HELP) help_command(stdout, cli, cli->command);
    if (help) return EXIT_DONE;
    if ((code = check_words(cli)) || (code = settings_read(cli))) return code;
    code = cli->command->run(cli);
    if (fflush(stdout) != 0 || ferror(stdout))
        return cli_fail(cli, EXIT_OTHER, "the output could not be written");
    return code;
}

int cli_main(int argc, char **argv)
{
    struct cx cx = { .mem = arena_new(256 << 20), .now = clock_now(), .lang = "en", .zone = "UTC" };
    struct cli cli = { .cx = &cx, .setup = { SETUP_DEFAULTS } };
    cx.setup = &cli.setup;
    int code = run(&cli, argc - 1, argv + 1);
    arena_free(cx.mem);
    return code;
}
