/* SPDX-License-Identifier: MIT
 *
 * Start-up: reads the settings, and gives the program the environment it would have without us. The supervisor puts the entries
 * back at each execve, so nothing needs to be inherited. */
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "failures.h"
#include "late.h"
#include "lsan.h"
#include "real.h"

struct lw_ledger lw_ledger LW_EXPORT;

/* The value of `name` if `entry` is `name=value`. */
static char *value_of(char *entry, const char *name)
{
    size_t length = strlen(name);
    return strncmp(entry, name, length) == 0 && entry[length] == '=' ? entry + length + 1 : NULL;
}

static char **find_entry(char **environment, const char *name)
{
    for (; *environment != NULL; environment++)
        if (value_of(*environment, name) != NULL)
            return environment;
    return NULL;
}

/* /proc/PID/environ shows the memory of the strings: they must not stay there either. */
static void remove_entry(char **entry)
{
    memset(*entry, 0, strlen(*entry));
    do {
        entry[0] = entry[1];
    } while (*entry++ != NULL);
}

/* Reads `name=number,...`; returns the value of the last field `preload`, or NULL. */
static const char *read_settings(const char *settings)
{
    for (const char *field = settings; field != NULL; field = strchr(field, ',')) {
        field += *field == ',';
        if (strncmp(field, "callers=", 8) == 0) {
            unsigned long callers = strtoul(field + 8, NULL, 10);
            lw_ledger.callers = (uint32_t)(callers < 1 ? 1 : callers > LW_MAX_FRAMES ? LW_MAX_FRAMES : callers);
        } else if (strncmp(field, "free-stacks=1", 13) == 0) {
            __atomic_or_fetch(&lw_ledger.flags, LW_FREE_STACKS, __ATOMIC_RELAXED);
        } else if (strncmp(field, "fail-first=", 11) == 0) {
            lw_ledger.failures = (struct lw_failures){.first = strtoul(field + 11, NULL, 10), .last = UINT64_MAX};
        } else if (strncmp(field, "fail-last=", 10) == 0) {
            lw_ledger.failures.last = strtoul(field + 10, NULL, 10);
        } else if (strncmp(field, "preload=", 8) == 0) {
            return field + 8;
        }
    }
    return NULL;
}

/* The program's own LD_PRELOAD is shorter than the one with ours in front, so it fits where that stands. */
static void restore_preload(char **environment, const char *original)
{
    char **entry = find_entry(environment, "LD_PRELOAD");
    if (entry == NULL)
        return;
    char *value = value_of(*entry, "LD_PRELOAD");
    if (original == NULL) {
        remove_entry(entry);
        return;
    }
    size_t length = strlen(original), room = strlen(value);
    if (length > room)
        return;
    memmove(value, original, length);
    memset(value + length, 0, room - length);
}

static void start(int count, char **arguments, char **environment) __attribute__((constructor));

static void start(int count, char **arguments, char **environment)
{
    (void)count;
    (void)arguments;
    char **entry = environment ? find_entry(environment, LW_ENVIRONMENT) : NULL;
    if (entry != NULL) {
        restore_preload(environment, read_settings(value_of(*entry, LW_ENVIRONMENT)));
        entry = find_entry(environment, LW_ENVIRONMENT); /* may have moved */
        remove_entry(entry);
    } else {
        late_begin();
    }
    real_ready();
    lsan_read_defaults();
    failures_begin();
}
