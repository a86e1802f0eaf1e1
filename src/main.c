/* main.c - the program begins here; what it can do stands in cli/commands.def. */
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
    umask(077); /* whatever we write is nobody else's to read */
    signal(SIGPIPE, SIG_IGN);
    if (sodium_init() < 0) {
        fputs("linden: the library for cryptography does not start\n", stderr);
        return EXIT_OTHER;
    }
    return cli_main(argc, argv);
}
