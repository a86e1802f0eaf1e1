/* demo.c - linden demo seed: two invented practice groups to look around in. */
#include "cli/cli.h"

int command_demo_seed(struct cli *cli)
{
    return cli_fail(cli, EXIT_OTHER, "not in this build");
}
