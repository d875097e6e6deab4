/* SPDX-License-Identifier: MIT
 *
 * A program with three habits of programs that grow: it forgets a list when it reads its settings again, ignores that a function
 * returns memory, and keeps a cache to the end. The first two are leaks, the third is not. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct setting {
    char *name;
    int value;
    struct setting *next;
};

static struct setting *settings;
static char *cache;

static struct setting *add_setting(struct setting *list, const char *name, int value)
{
    struct setting *setting = malloc(sizeof *setting);

    if (setting == NULL)
        exit(EXIT_FAILURE);
    setting->name = strdup(name);
    setting->value = value;
    setting->next = list;
    return setting;
}

/* Called again when the settings have changed. The old list should be freed here. */
static void load_settings(int generation)
{
    settings = NULL;
    settings = add_setting(settings, "threads", 4 * generation);
    settings = add_setting(settings, "timeout", 30 * generation);
    settings = add_setting(settings, "verbose", 0);
}

/* The caller is to free the result. */
static char *describe(const struct setting *setting)
{
    char *text = NULL;

    if (asprintf(&text, "%s is %d", setting->name, setting->value) < 0)
        exit(EXIT_FAILURE);
    puts(text);
    return text;
}

int main(void)
{
    cache = malloc(4096);
    load_settings(1);
    load_settings(2);
    for (const struct setting *setting = settings; setting; setting = setting->next)
        describe(setting);
    return cache == NULL;
}
