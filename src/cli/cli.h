/* cli.h - the command line: what was asked for, and how answers look.
 *
 * Results go to standard output, everything else to standard error.  A wrong
 * option or value ends with one sentence and exit code 2. */
#pragma once
#include <stdio.h>

#include "base/cx.h"
#include "base/setup.h"

enum {
    EXIT_DONE = 0,
    EXIT_OTHER = 1,
    EXIT_USAGE = 2,
    EXIT_NOT_FOUND = 3,
    EXIT_NOT_ALLOWED = 4,
    EXIT_CONFLICT = 5,
    EXIT_INVALID = 6,
};

enum { OPTIONS_MOST = 40, MANY_MOST = 32, ARGUMENTS_MOST = 4 };

struct cli;
typedef int command_function(struct cli *);

struct command_info {
    command_function *run;
    const char *words, *arguments, *options, *about, *more, *examples[2];
};
extern const struct command_info commands[];
extern const size_t commands_n;

struct option_info {
    const char *name, *value, *otherwise, *about; /* value NULL: a flag */
    bool many, setting;
};
extern const struct option_info options[];
extern const size_t options_n;

/* What holds for an option, and who said so. */
struct given {
    const char *at[MANY_MOST];
    size_t n;
    const char *from; /* "option", "environment LINDEN_DATA", "file ./var/linden.conf", "default" */
};

struct cli {
    struct cx *cx;
    const struct command_info *command;
    struct given given[OPTIONS_MOST];
    const char *arguments[ARGUMENTS_MOST];
    size_t arguments_n;
    struct setup setup;      /* filled by settings_read() */
    const char *unknown_key; /* in a file of settings: "./linden.conf:3: colour", or NULL */
};

/* The whole program, from main(). */
int cli_main(int argc, char **argv);

/* The value of an option, NULL if nobody gave one; a name that the tables do
 * not know aborts. */
const char *option_text(const struct cli *, const char *name);
bool option_set(const struct cli *, const char *name);
const struct given *option_given(const struct cli *, const char *name);
bool command_takes(const struct command_info *, const char *option);

/* "linden: ..." on standard error; answers `code`. */
int cli_fail(struct cli *, int code, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* The same for what a function answered: its message, and the code for it. */
int cli_status(struct cli *, enum status);

/* help.c: a list of all commands; one command in short (-h), or in full (--help,
 * linden help COMMAND); the nearest name. */
void help_all(FILE *);
void help_short(FILE *, const struct command_info *);
void help_command(FILE *, struct cli *, const struct command_info *);
const char *help_nearest(const char *word, const char *const *words, size_t n);

/* Every command is declared here, from commands.def. */
#define COMMAND(function, ...) command_function function;
#include "cli/commands.def"
#undef COMMAND
