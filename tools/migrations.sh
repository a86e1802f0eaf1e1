#!/bin/sh
# migrations.sh - prints the migrations as one C file, in the order of their names:
# migrations.sh [FILE-THAT-FOLLOWS-THEM]...
set -eu
echo '/* made from migrations/ by tools/migrations.sh */'
echo '#include "db/migrations.h"'
echo 'const struct migration migrations[] = {'
for file in migrations/*.sql "$@"; do
    printf '    { "%s",\n' "$(basename "$file" .sql)"
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/.*/      "&\\n"/' "$file"
    echo '    },'
done
echo '};'
echo 'const size_t migrations_n = sizeof migrations / sizeof *migrations;'
