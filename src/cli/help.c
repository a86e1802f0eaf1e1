/* help.c - what the program says about itself. */
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

enum { WIDTH = 78 };

/* Words from column `from` on, wrapped. */
static void print_wrapped(FILE *out, const char *text, int at, int from)
{
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (at + n > WIDTH && at > from) {
            fprintf(out, "\n%*s", from, "");
            at = from;
        }
        fprintf(out, "%.*s", n, text);
        at += n;
        text += n;
        text += strspn(text, " ");
        if (*text) fputc(' ', out), at++;
    }
    fputc('\n', out);
}

void help_all(FILE *out)
{
    fputs("Linden: practice groups, their people, and what each may do.\n\nUsage: linden COMMAND"
          " [OPTION]...\n\nCommands:\n",
          out);
    for (size_t i = 0; i < commands_n; i++)
        fprintf(out, "  %-18s %s\n", commands[i].words, commands[i].about);
    fputs("\nExamples:\n  linden serve --data ./var\n  linden help group create\n\n"
          "Every command takes --data DIR and --help.  Settings come from an option, else from\n"
          "the environment (LINDEN_MAIL), else from a file (mail = ...); 'linden doctor' says\n"
          "which one won.\n",
          out);
}

static void help_option(FILE *out, const struct option_info *option, bool needed)
{
    char left[40];
    snprintf(left, sizeof left, "--%s%s%s", option->name, option->value ? " " : "",
             option->value ? option->value : "");
    int at = fprintf(out, "  %-25s ", left);
    print_wrapped(out, option->about, at, at);
    if (option->many) fprintf(out, "%*s(may be given several times)\n", at, "");
    if (needed) fprintf(out, "%*s(needed)\n", at, "");
    if (*option->otherwise) fprintf(out, "%*s(else %s)\n", at, "", option->otherwise);
}

static void help_usage(FILE *out, const struct command_info *command)
{
    fprintf(out, "linden %s: %s\n\nUsage: linden %s%s%s [OPTION]...\n\n", command->words,
            command->about, command->words, *command->arguments ? " " : "", command->arguments);
}

static void help_examples(FILE *out, const struct command_info *command)
{
    fprintf(out, "Examples:\n  %s\n  %s\n", command->examples[0], command->examples[1]);
}

void help_short(FILE *out, const struct command_info *command)
{
    help_usage(out, command);
    help_examples(out, command);
    fprintf(out, "\n'linden help %s' explains the options.\n", command->words);
}

void help_command(FILE *out, struct cli *cli, const struct command_info *command)
{
    help_usage(out, command);
    if (*command->more) {
        print_wrapped(out, command->more, 0, 0);
        fputc('\n', out);
    }
    fputs("Options:\n", out);
    for (size_t i = 0; i < options_n; i++) {
        if (!command_takes(command, options[i].name)) continue;
        const char *must = arena_print(cli->cx->mem, "%s!", options[i].name);
        help_option(out, &options[i], strstr(command->options, must) != NULL);
    }
    fprintf(out, "  %-25s show this; -h shows less\n\n", "--help");
    help_examples(out, command);
}

/* How many letters must be typed, left out or changed to get from one to the other. */
static int distance(const char *a, const char *b)
{
    enum { MOST = 40 };
    int row[MOST + 1], n = (int)strlen(b);
    if (n > MOST || strlen(a) > MOST) return MOST;
    for (int j = 0; j <= n; j++) row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= n; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            diagonal = row[j];
            row[j] = best;
        }
    }
    return row[n];
}

const char *help_nearest(const char *word, const char *const *words, size_t n)
{
    const char *best = NULL;
    int least = 1 + (int)strlen(word) / 3;
    if (least > 4) least = 4;
    for (size_t i = 0; i < n; i++) {
        int d = distance(word, words[i]);
        if (d <= least && (!best || d < least)) {
            best = words[i];
            least = d;
        }
    }
    return best;
}

int command_help(struct cli *cli)
{
    if (cli->arguments_n == 0) {
        help_all(stdout);
        return EXIT_DONE;
    }
    const char *words = cli->arguments[0], *names[64];
    size_t n = 0;
    bool family = false;
    for (size_t i = 1; i < cli->arguments_n; i++)
        words = arena_print(cli->cx->mem, "%s %s", words, cli->arguments[i]);
    for (size_t i = 0; i < commands_n && n < 64; i++) {
        names[n++] = commands[i].words;
        if (strcmp(commands[i].words, words) == 0) {
            help_command(stdout, cli, &commands[i]);
            return EXIT_DONE;
        }
    }
    for (size_t i = 0; i < commands_n; i++) { /* "help db": all that begin so */
        size_t first = strlen(words);
        if (strncmp(commands[i].words, words, first) != 0 || commands[i].words[first] != ' ')
            continue;
        printf("  linden %-18s %s\n", commands[i].words, commands[i].about);
        family = true;
    }
    if (family) return EXIT_DONE;
    const char *near = help_nearest(words, names, n);
    if (near)
        return cli_fail(cli, EXIT_USAGE, "there is no command '%s'; did you mean '%s'?", words,
                        near);
    return cli_fail(cli, EXIT_USAGE, "there is no command '%s'; 'linden help' lists them", words);
}
