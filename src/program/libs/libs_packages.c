/* SPDX-License-Identifier: MIT */
#include "libs_packages.h"

#include <ctype.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/xalloc.h"
#include "program/command_output.h"
#include "program/program_path.h"

/* ---- Debian and its kin ------------------------------------------------------------------------------------------------------ */

/* Debian policy, 8.1, and what dpkg's documentation says of sonames: a hyphen before the version where the name ends with a digit.
 */
char *libs_packages_debian_name(const char *soname)
{
    const char *suffix = strstr(soname, ".so");

    if (suffix == NULL || suffix == soname || (suffix[3] != '.' && suffix[3] != '\0'))
        return NULL;
    const bool digit = isdigit((unsigned char)suffix[-1]);
    const char *version = suffix[3] ? suffix + 4 : "";
    char *name = xasprintf("%.*s%s%s", (int)(suffix - soname), soname, *version && digit ? "-" : "", version);
    for (char *at = name; *at; at++)
        *at = *at == '_' ? '-' : (char)tolower((unsigned char)*at);
    return name;
}

/* What may stand behind the name by the rules: a letter for a change of the ABI, "t64" for that of time_t. */
static bool is_variant(const char *rest)
{
    rest += islower((unsigned char)*rest) && *rest != 't' && (rest[1] == '\0' || strcmp(rest + 1, "t64") == 0);
    return *rest == '\0' || strcmp(rest, "t64") == 0;
}

/* The name in a list with one on each line. */
static char *choose_package(const char *list, const char *wanted)
{
    const size_t length = strlen(wanted);
    char *chosen = NULL;

    while (*list) {
        const size_t line = strcspn(list, "\n");
        char *name = xstrndup(list, line);
        if (strncmp(name, wanted, length) == 0 && is_variant(name + length) && (chosen == NULL || strlen(name) < strlen(chosen))) {
            free(chosen);
            chosen = name;
            name = NULL;
        }
        free(name);
        list += line + (list[line] == '\n');
    }
    return chosen;
}

static char *ask_apt_cache(const char *name)
{
    char *wanted = libs_packages_debian_name(name);
    char *words[] = {(char[]){"apt-cache"}, (char[]){"pkgnames"}, wanted, NULL};
    char *list = wanted ? command_output(words) : NULL;
    char *package = list ? choose_package(list, wanted) : NULL;

    free(list);
    free(wanted);
    return package;
}

/* "libfoo1: /usr/lib/x86_64-linux-gnu/libfoo.so.1": from the index of contents. */
static char *ask_apt_file(const char *name)
{
    char *path = xasprintf("/%s", name);
    char *words[] = {(char[]){"apt-file"}, (char[]){"--fixed-string"}, (char[]){"search"}, path, NULL};
    char *list = command_output(words);
    char *package = NULL;

    for (char *rest = list, *line; package == NULL && rest && (line = strsep(&rest, "\n")) != NULL;) {
        const size_t length = strlen(line), tail = strlen(path);
        char *colon = strstr(line, ": ");
        if (colon && length > tail && strcmp(line + length - tail, path) == 0)
            package = xstrndup(line, (size_t)(colon - line));
    }
    free(list);
    free(path);
    return package;
}

static const char *debian_architecture(const struct library_target *target)
{
    switch (target->machine) {
    case EM_386:
        return ":i386";
    case EM_AARCH64:
        return ":arm64";
    case EM_ARM:
        return ":armhf";
    default:
        return "";
    }
}

static bool ask_debian(const char *name, const struct library_target *target, struct arena *arena, struct library_mend *mend)
{
    char *package = ask_apt_file(name);
    const char *source = package ? "by the index of contents" : "by the rules for names of packages";

    if (package == NULL)
        package = ask_apt_cache(name);
    if (package == NULL)
        return false;
    mend->text = arena_printf(arena, "install the package %s (%s)", package, source);
    mend->command = arena_printf(arena, "apt-get install %s%s", package, debian_architecture(target));
    free(package);
    return true;
}

/* ---- Others ------------------------------------------------------------------------------------------------------------------ */

/* Their packages say which sonames they provide, so that a soname can be installed. */
static const struct manager {
    const char *tool;
    const char *format;      /* of what is installed, with the soname */
    const char *wide_format; /* of a 64-bit one; NULL: the same */
} managers[] = {
    {"dnf", "dnf install '%s'", "dnf install '%s()(64bit)'"},
    {"zypper", "zypper install '%s'", "zypper install '%s()(64bit)'"},
    {"apk", "apk add 'so:%s'", NULL},
    {"pacman", "pacman -F '%s'", NULL},
};

static bool is_plain(const char *name)
{
    return name[strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.+")] == '\0';
}

static bool has_tool(const char *name)
{
    char *path = program_path_find(name);

    free(path);
    return path != NULL;
}

/* `format` has one %s. */
static const char *insert(const char *format, const char *name, struct arena *arena)
{
    const char *place = strstr(format, "%s");

    return arena_printf(arena, "%.*s%s%s", (int)(place - format), format, name, place + 2);
}

/* The installed package that says it provides the library, whose file is gone then; to be freed, or NULL. */
static char *ask_rpm(const char *name, const struct library_target *target)
{
    char *capability = xasprintf("%s%s", name, target->class == ELFCLASS64 ? "()(64bit)" : "");
    char *words[] = {(char[]){"rpm"},
                     (char[]){"-q"},
                     (char[]){"--whatprovides"},
                     (char[]){"--queryformat"},
                     (char[]){"%{NAME}\\n"},
                     capability,
                     NULL};
    char *package = command_output(words);

    free(capability);
    if (package)
        package[strcspn(package, "\n")] = '\0';
    if (package && is_plain(package) && *package)
        return package;
    free(package);
    return NULL;
}

static bool ask_others(const char *name, const struct library_target *target, struct arena *arena, struct library_mend *mend)
{
    char *installed = ask_rpm(name, target);
    if (installed) {
        mend->kind = LIBRARY_MEND_REINSTALL;
        mend->text = arena_printf(arena, "the installed package %s provides it, and its file is not there", installed);
        mend->command = arena_printf(arena, "rpm -V %s", installed);
        free(installed);
        return true;
    }
    for (size_t i = 0; i < sizeof managers / sizeof *managers; i++) {
        const struct manager *manager = &managers[i];
        if (!has_tool(manager->tool))
            continue;
        const bool wide = target->class == ELFCLASS64 && manager->wide_format;
        mend->text = arena_printf(arena, "install what provides %s", name);
        mend->command = insert(wide ? manager->wide_format : manager->format, name, arena);
        return true;
    }
    return false;
}

/* ---- Development files ------------------------------------------------------------------------------------------------------- */

/* The folder that pkgconf(1) has for the libraries of a module; to be freed, or NULL. */
static char *ask_pkgconf(const char *module)
{
    char *copy = xstrdup(module);
    char *words[] = {(char[]){"pkgconf"}, (char[]){"--variable=libdir"}, copy, NULL};
    char *folder = command_output(words);

    free(copy);
    if (folder)
        folder[strcspn(folder, "\n")] = '\0';
    if (folder && *folder == '/')
        return folder;
    free(folder);
    return NULL;
}

/* It is installed, in a folder that only who builds against it knows: the module is called libfoo, or foo. */
static bool find_module(const char *name, struct arena *arena, struct library_mend *mend)
{
    const char *suffix = strstr(name, ".so");
    const size_t length = suffix ? (size_t)(suffix - name) : 0;
    const char *stem = arena_copy(arena, name, length);
    const char *modules[] = {stem, strncmp(stem, "lib", 3) == 0 ? stem + 3 : stem};

    for (size_t i = 0; length > 3 && i < 2; i++) {
        char *folder = ask_pkgconf(modules[i]);
        const char *path = folder ? arena_printf(arena, "%s/%s", folder, name) : NULL;
        const bool there = path && access(path, R_OK) == 0;
        if (there) {
            mend->kind = LIBRARY_MEND_PATH;
            mend->text = arena_printf(arena, "it is in %s, the folder of the module %s of pkgconf, which is not searched", folder,
                                      modules[i]);
            mend->command = arena_printf(arena, "export LD_LIBRARY_PATH='%s'${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}", folder);
        }
        free(folder);
        if (there)
            return true;
    }
    return false;
}

/* ---- All -------------------------------------------------------------------------------------------------------------------- */

/* Each takes the package managers a second. */
enum { QUESTIONS_MAX = 32 };

struct answer {
    char *name;
    uint16_t machine;
    bool known;
    enum library_mend_kind kind;
    char *text, *command;
};

static bool is_answer_to(const void *entry, const void *key)
{
    const struct answer *answer = entry, *wanted = key;

    return strcmp(answer->name, wanted->name) == 0 && answer->machine == wanted->machine;
}

static struct answer *ask(const char *name, const struct library_target *target)
{
    struct answer *answer = xcalloc(1, sizeof *answer);
    struct library_mend mend = {.kind = LIBRARY_MEND_INSTALL};
    struct arena arena = {0};

    answer->name = xstrdup(name);
    answer->machine = target->machine;
    if (is_plain(name))
        answer->known = (has_tool("pkgconf") && find_module(name, &arena, &mend)) ||
                        (has_tool("apt-cache") && ask_debian(name, target, &arena, &mend)) ||
                        (!has_tool("apt-cache") && ask_others(name, target, &arena, &mend));
    if (answer->known) {
        answer->kind = mend.kind;
        answer->text = xstrdup(mend.text);
        answer->command = xstrdup(mend.command);
    }
    arena_finish(&arena);
    return answer;
}

static bool find_package(void *context, const char *name, const struct library_target *target, struct arena *arena,
                         struct library_mend *mend)
{
    struct libs_packages *packages = context;
    const struct answer key = {.name = (char *)name, .machine = target->machine};
    const uint64_t hash = hash_bytes(name, strlen(name));
    struct answer *answer = hash_table_find(&packages->answers, hash, is_answer_to, &key);

    if (answer == NULL && packages->answers.count >= QUESTIONS_MAX)
        return false;
    if (answer == NULL) {
        answer = ask(name, target);
        hash_table_add(&packages->answers, hash, answer);
    }
    if (!answer->known)
        return false;
    mend->kind = answer->kind;
    mend->text = arena_copy(arena, answer->text, strlen(answer->text));
    mend->command = arena_copy(arena, answer->command, strlen(answer->command));
    return true;
}

struct library_adviser libs_packages_adviser(struct libs_packages *packages)
{
    return (struct library_adviser){.find_package = find_package, .context = packages};
}

void libs_packages_finish(struct libs_packages *packages)
{
    for (size_t i = 0; i < packages->answers.capacity; i++) {
        struct answer *answer = packages->answers.slots[i].entry;
        if (answer == NULL)
            continue;
        free(answer->name);
        free(answer->text);
        free(answer->command);
        free(answer);
    }
    hash_table_finish(&packages->answers);
}
