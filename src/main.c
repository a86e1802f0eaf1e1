/* main.c - the program begins here; what it can do stands in cli/commands.def. */
#include <malloc.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <sys/stat.h>

#include "cli/cli.h"

int main(int argc, char **argv)
{
    umask(077); /* whatever we write is nobody else's to read */
    signal(SIGPIPE, SIG_IGN);
    /* A page's memory comes and goes with it: what is free is kept for the next
     * one, up to this much a thread, and not given back to the kernel each time. */
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 2 << 20);
    if (sodium_init() < 0) {
        fputs("linden: the library for cryptography does not start\n", stderr);
        return EXIT_OTHER;
    }
    return cli_main(argc, argv);
}
