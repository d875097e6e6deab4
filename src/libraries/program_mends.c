/* SPDX-License-Identifier: MIT */
#include "program_mends.h"

#include <string.h>

#include "library_store.h"

enum { MENDS_MAX = 4 };

const char *program_mends_quote(const char *word, struct arena *arena)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./+:,@%=";
    const char *quoted = "'";

    if (*word != '\0' && word[strspn(word, plain)] == '\0')
        return word;
    for (; word[strcspn(word, "'")] == '\''; word += strcspn(word, "'") + 1)
        quoted = arena_printf(arena, "%s%.*s'\\''", quoted, (int)strcspn(word, "'"), word);
    return arena_printf(arena, "%s%s'", quoted, word);
}

static void add(struct library_program *program, enum library_mend_kind kind, const char *text, const char *command)
{
    if (program->mends == NULL)
        program->mends = arena_alloc(&program->arena, MENDS_MAX * sizeof *program->mends);
    if (program->mend_count < MENDS_MAX)
        program->mends[program->mend_count++] = (struct library_mend){kind, text, command};
}

/* ---- Dynamic linkers --------------------------------------------------------------------------------------------------------- */

/* What brings a dynamic linker that people often lack. */
static const struct {
    const char *path;
    const char *text;
    const char *command; /* on Debian and its kin; NULL: none */
} loaders[] = {
    {"/lib/ld-linux.so.2", "install the C library for 32-bit programs (Debian: libc6:i386, or libc6-i386; Fedora: glibc.i686)",
     "dpkg --add-architecture i386 && apt-get update && apt-get install libc6:i386"},
    {"/libx32/ld-linux-x32.so.2", "install the C library for x32 programs (Debian: libc6-x32)", "apt-get install libc6-x32"},
    {"/lib/ld-musl-x86_64.so.1", "the program was built for musl: install that, or build the program for this system's C library",
     "apt-get install musl"},
    {"/lib64/ld-linux-x86-64.so.2",
     "the program was built for glibc: on a system with another C library it needs one (Alpine: gcompat)", NULL},
    {"/lib64/ld-lsb-x86-64.so.3", "the program was built for the LSB: the name has to lead to this system's dynamic linker",
     "ln -s ld-linux-x86-64.so.2 /lib64/ld-lsb-x86-64.so.3"},
    {"/lib/ld-linux-aarch64.so.1",
     "install the C library for AArch64 (Debian: libc6:arm64, or libc6-arm64-cross with qemu-aarch64 -L)", NULL},
};

static void mend_loader(struct library_store *store, struct library_program *program)
{
    struct arena *arena = &program->arena;
    const struct library_file *file = library_store_file(store, program->path);
    const char *usual = library_loader_usual(&file->target);

    for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
        if (strcmp(loaders[i].path, program->subject) == 0)
            add(program, LIBRARY_MEND_INSTALL, loaders[i].text, store->packages.debian ? loaders[i].command : NULL);
    if (strncmp(program->subject, "/nix/", 5) == 0 || strncmp(program->subject, "/gnu/store/", 11) == 0)
        add(program, LIBRARY_MEND_REBUILD, "the program was built for a system that has all in its store, Nix or Guix", NULL);
    if (usual && strcmp(usual, program->subject) != 0 && library_store_file(store, usual)->has_magic &&
        strstr(program->subject, "musl") == NULL)
        add(program, LIBRARY_MEND_FILE, arena_printf(arena, "let the program use this system's dynamic linker, %s", usual),
            arena_printf(arena, "patchelf --set-interpreter %s %s", usual, program_mends_quote(program->path, arena)));
}

/* ---- Scripts ----------------------------------------------------------------------------------------------------------------- */

static void mend_script(struct library_store *store, struct library_program *program)
{
    static const char *const folders[] = {"/usr/bin", "/bin", "/usr/local/bin"};
    struct arena *arena = &program->arena;
    const char *slash = strrchr(program->subject, '/');
    const char *name = slash ? slash + 1 : program->subject;

    for (size_t i = 0; i < sizeof folders / sizeof *folders; i++) {
        const char *path = arena_printf(arena, "%s/%s", folders[i], name);
        if (strcmp(path, program->subject) == 0 || library_store_file(store, path)->error)
            continue;
        add(program, LIBRARY_MEND_FILE, arena_printf(arena, "let the first line name %s, which is there", path), NULL);
        return;
    }
    add(program, LIBRARY_MEND_INSTALL, arena_printf(arena, "install %s, or let the first line name another interpreter", name),
        NULL);
}

void program_mends_add(struct library_store *store, struct library_program *program)
{
    struct arena *arena = &program->arena;
    const char *path = program->script ? program->script : program->path;
    const char *quoted = program->problem == PROGRAM_FINE ? "" : program_mends_quote(path, arena);

    switch (program->problem) {
    case PROGRAM_NOT_EXECUTABLE:
        add(program, LIBRARY_MEND_PERMISSION, "mark it as executable", arena_printf(arena, "chmod +x %s", quoted));
        break;
    case PROGRAM_NOEXEC:
        add(program, LIBRARY_MEND_FILE, "put it on another file system, or mount this one without noexec",
            arena_printf(arena, "findmnt -T %s", quoted));
        break;
    case PROGRAM_BUSY:
        add(program, LIBRARY_MEND_FILE, "wait until it has been written, or end who has it open",
            arena_printf(arena, "fuser -v %s", quoted));
        break;
    case PROGRAM_SCRIPT_CR:
        add(program, LIBRARY_MEND_FILE, "let its lines end as they do on Unix",
            arena_printf(arena, "sed -i 's/\\r$//' %s", quoted));
        break;
    case PROGRAM_SCRIPT_ABSENT:
        mend_script(store, program);
        break;
    case PROGRAM_NO_FORMAT:
        add(program, LIBRARY_MEND_FILE, "a script needs a first line such as #!/bin/sh; only a shell runs it without",
            arena_printf(arena, "sh %s", quoted));
        break;
    case PROGRAM_OTHER_MACHINE:
        add(program, LIBRARY_MEND_REBUILD, "build it for this machine, or run it in an emulator (qemu-user, binfmt_misc)", NULL);
        break;
    case PROGRAM_LOADER_ABSENT:
        library_packages_find(&store->packages, &store->root, ""); /* which kind of system it is */
        mend_loader(store, program);
        break;
    default:
        break;
    }
}
