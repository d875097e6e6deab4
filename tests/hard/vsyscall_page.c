/* SPDX-License-Identifier: MIT
 *
 * Time from the vDSO and, where there is one, from the vsyscall page: the same time.
 *
 * cases: P33
 * ways: run trace look follow */
#include <sys/auxv.h>
#include <time.h>

#include "hard.h"

int main(int argc, char *argv[])
{
    char line[256];
    time_t (*old_time)(time_t *) = (time_t(*)(time_t *))0xffffffffff600400UL;
    int has_page = 0;

    hard_begin(argc, argv);
    FILE *maps = fopen("/proc/self/maps", "r");
    while (maps && fgets(line, sizeof line, maps))
        has_page |= strstr(line, "[vsyscall]") && strstr(line, "x");
    fclose(maps);
    REQUIRE(getauxval(AT_SYSINFO_EHDR) != 0, "no vDSO");
    time_t now = time(NULL);
    REQUIRE(!has_page || old_time(NULL) - now <= 5, "another time");
    return hard_ok();
}
