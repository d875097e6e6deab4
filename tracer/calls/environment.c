/* SPDX-License-Identifier: MIT */
#include "environment.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "preload/ledger.h"

const char *const environment_prefixes[ENVIRONMENT_NAMES] = {
    [ENVIRONMENT_PRELOAD] = "LD_PRELOAD=",
    [ENVIRONMENT_SHIM] = LW_ENVIRONMENT "=",
    [ENVIRONMENT_ASAN] = "ASAN_OPTIONS=",
    [ENVIRONMENT_LSAN] = "LSAN_OPTIONS=",
};

static const char *value_of(const struct environment *environment, enum environment_name name)
{
    const char *entry = environment->entries[name];
    return entry ? entry + strlen(environment_prefixes[name]) : NULL;
}

/* The value that LD_PRELOAD had before a shim's settings were made, NULL if it was not set. */
static const char *remembered_preload(const char *settings)
{
    static const char field[] = "preload=";

    for (; settings; settings = strchr(settings, ',')) {
        settings += *settings == ',';
        if (strncmp(settings, field, sizeof field - 1) == 0)
            return settings + sizeof field - 1;
    }
    return NULL;
}

/* LD_PRELOAD as it would be without us: a program may hand on an environment that it saved before the shim cleaned it. */
static const char *original_preload(const struct environment *original, const char *shim_path)
{
    const char *value = value_of(original, ENVIRONMENT_PRELOAD);
    const size_t length = shim_path ? strlen(shim_path) : 0;

    if (!value || !length || strncmp(value, shim_path, length) != 0)
        return value;
    if (value[length] == ':' || value[length] == ' ')
        return value + length + 1;
    if (value[length] == '\0')
        return remembered_preload(value_of(original, ENVIRONMENT_SHIM));
    return value;
}

static char *switch_off(const struct environment *original, enum environment_name name)
{
    const char *value = value_of(original, name);

    return xasprintf("%s%s%sdetect_leaks=0", environment_prefixes[name], value ? value : "", value && *value ? ":" : "");
}

static char *shim_settings(const struct environment_wish *wish, const char *preload)
{
    char failures[80] = "";

    if (wish->fail_first != 0)
        snprintf(failures, sizeof failures, ",fail-first=%" PRIu64 ",fail-last=%" PRIu64, wish->fail_first, wish->fail_last);
    return xasprintf(LW_ENVIRONMENT "=callers=%u,free-stacks=%d%s%s%s", wish->callers, wish->free_stacks, failures,
                     preload ? ",preload=" : "", preload ? preload : "");
}

void environment_plan(const struct environment *original, const struct environment_wish *wish, struct environment *changed)
{
    const char *preload = original_preload(original, wish->shim_path);

    *changed = (struct environment){{NULL}};
    if (wish->preload) {
        changed->entries[ENVIRONMENT_PRELOAD] =
            xasprintf("LD_PRELOAD=%s%s%s", wish->shim_path, preload && *preload ? ":" : "", preload ? preload : "");
        changed->entries[ENVIRONMENT_SHIM] = shim_settings(wish, preload);
    } else if (preload) {
        changed->entries[ENVIRONMENT_PRELOAD] = xasprintf("LD_PRELOAD=%s", preload);
    }
    for (int name = ENVIRONMENT_ASAN; name <= ENVIRONMENT_LSAN; name++) {
        if (wish->no_leak_sanitizer)
            changed->entries[name] = switch_off(original, (enum environment_name)name);
        else if (original->entries[name])
            changed->entries[name] = xstrdup(original->entries[name]);
    }
}

void environment_finish(struct environment *environment)
{
    for (int name = 0; name < ENVIRONMENT_NAMES; name++)
        free(environment->entries[name]);
    *environment = (struct environment){{NULL}};
}
