/* SPDX-License-Identifier: MIT */
#include "group_place.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct words {
    const char *at;
    size_t length;
};

/* Whether the comma-separated list has this word. */
static bool has_word(struct words list, const char *word)
{
    const size_t length = strlen(word);

    while (list.length > 0) {
        const char *comma = memchr(list.at, ',', list.length);
        size_t size = comma ? (size_t)(comma - list.at) : list.length;
        if (size == length && memcmp(list.at, word, length) == 0)
            return true;
        list.at += size + (comma != NULL);
        list.length -= size + (comma != NULL);
    }
    return false;
}

static bool is_word(struct words words, const char *word)
{
    return words.length == strlen(word) && memcmp(words.at, word, words.length) == 0;
}

/* ---- /proc/PID/cgroup ---- */

/* Lines "ID:CONTROLLERS:PATH"; version 2 is "0::PATH". A copy of the path, or NULL. */
static char *find_group(const char *cgroup, const char *controller)
{
    for (const char *line = cgroup; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        const size_t end = strcspn(line, "\n");
        const char *first = memchr(line, ':', end);
        const char *second = first ? memchr(first + 1, ':', end - (size_t)(first + 1 - line)) : NULL;
        if (second == NULL)
            continue;
        struct words controllers = {first + 1, (size_t)(second - first - 1)};
        bool wanted = controller ? has_word(controllers, controller) : is_word((struct words){line, (size_t)(first - line)}, "0");
        if (wanted && second[1] == '/')
            return xstrndup(second + 1, end - (size_t)(second + 1 - line));
    }
    return NULL;
}

/* ---- /proc/self/mountinfo ---- */

enum { MOUNT_FIELDS = 32, FIELD_ROOT = 3, FIELD_MOUNT_POINT = 4, FIRST_OPTIONAL = 6 };

static size_t split_line(const char *line, struct words fields[MOUNT_FIELDS])
{
    size_t count = 0;

    while (count < MOUNT_FIELDS && *line != '\0' && *line != '\n') {
        fields[count] = (struct words){line, strcspn(line, " \n")};
        line += fields[count++].length;
        line += *line == ' ';
    }
    return count;
}

static bool is_octal(const char *text)
{
    return text[0] >= '0' && text[0] <= '3' && text[1] >= '0' && text[1] <= '7' && text[2] >= '0' && text[2] <= '7';
}

/* Blanks and the like are written as "\040". */
static char *unescape(struct words words)
{
    char *text = xmalloc(words.length + 1), *to = text;

    for (size_t i = 0; i < words.length; i++) {
        const char *at = words.at + i;
        if (*at == '\\' && words.length - i >= 4 && is_octal(at + 1)) {
            *to++ = (char)((at[1] - '0') * 64 + (at[2] - '0') * 8 + (at[3] - '0'));
            i += 3;
        } else {
            *to++ = *at;
        }
    }
    *to = '\0';
    return text;
}

/* What `path` is below `root`; NULL if it is not. Both may begin with "/..", where they are outside of our namespace. */
static const char *path_below(const char *path, const char *root)
{
    size_t length = strlen(root);

    if (length == 1) /* "/" */
        length = 0;
    if (strncmp(path, root, length) != 0 || (path[length] != '/' && path[length] != '\0'))
        return NULL;
    path += length;
    if (strncmp(path, "/..", 3) == 0 && (path[3] == '/' || path[3] == '\0'))
        return NULL;
    return strcmp(path, "/") == 0 ? "" : path;
}

/* Takes a mount of the hierarchy; one below which the group is to be seen is better than one where it is not. */
static void take_mount(struct group_place *place, const struct words fields[], const char *group)
{
    char *root = unescape(fields[FIELD_ROOT]), *mount = unescape(fields[FIELD_MOUNT_POINT]);
    const char *path = path_below(group, root);

    if (!place->found || (place->outside && path)) {
        free(place->mount);
        free(place->path);
        place->found = true;
        place->outside = path == NULL;
        place->mount = xstrdup(mount + strspn(mount, "/"));
        place->path = path ? xstrdup(path) : NULL;
    }
    free(root);
    free(mount);
}

static void find_mount(struct group_place *place, const char *mountinfo, const char *controller, const char *group)
{
    struct words fields[MOUNT_FIELDS];

    for (const char *line = mountinfo; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        size_t count = split_line(line, fields), dash = FIRST_OPTIONAL;
        while (dash < count && !is_word(fields[dash], "-"))
            dash++;
        if (dash + 3 >= count)
            continue;
        bool wanted = controller ? is_word(fields[dash + 1], "cgroup") && has_word(fields[dash + 3], controller)
                                 : is_word(fields[dash + 1], "cgroup2");
        if (wanted)
            take_mount(place, fields, group);
    }
}

void group_place_parse(const char *cgroup, const char *mountinfo, const char *controller, struct group_place *place)
{
    *place = (struct group_place){0};
    for (int version = 1; version <= 2 && !place->found; version++) {
        const char *wanted = version == 1 ? controller : NULL;
        char *group = find_group(cgroup, wanted);
        if (group)
            find_mount(place, mountinfo, wanted, group);
        free(group);
        place->unified = place->found && version == 2;
    }
}

void group_place_finish(struct group_place *place)
{
    free(place->mount);
    free(place->path);
    *place = (struct group_place){0};
}
