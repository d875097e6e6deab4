/* SPDX-License-Identifier: MIT */
#include "libraries/library_file.h"

#include <elf.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <criterion/criterion.h>

#include "libraries/library_root.h"
#include "fixture.h"

TestSuite(library_file, .init = fixture_begin, .fini = fixture_end);

static const struct library_target here = {ELFCLASS64, ELFDATA2LSB, EM_X86_64};
static const struct library_root root = {.folder = -1};

static enum library_verdict verdict_of(const struct library_file *file, uint32_t kernel)
{
    const char *complaint;

    return library_file_verdict(file, &here, kernel, &complaint);
}

static void make(const char *options)
{
    char command[512];

    fixture_write("x.c", "int x(void); int x(void) { return 1; }\n", 39);
    snprintf(command, sizeof command, "gcc -shared -fPIC -o libx.so x.c %s 2>gcc.log", options);
    cr_assert(fixture_run(command));
}

Test(library_file, what_a_library_says_of_itself)
{
    struct arena arena = {0};

    fixture_require("gcc");
    make("-Wl,-soname,libx.so.1,-rpath,/a:/b,--enable-new-dtags,-z,nodefaultlib -Wl,--no-as-needed -lm");
    const struct library_file *file = library_file_read(&root, fixture_path("libx.so"), &arena);
    cr_expect_eq(verdict_of(file, 0), LIBRARY_FITS);
    cr_expect_str_eq(file->soname, "libx.so.1");
    cr_expect_str_eq(file->runpath, "/a:/b");
    cr_expect_null(file->rpath);
    cr_expect(file->no_default_folders && file->dynamic && !file->pie && !file->versioned && file->interpreter == NULL);
    cr_assert_eq(file->need_count, 2);
    cr_expect_str_eq(file->needs[0].name, "libm.so.6");
    cr_expect_str_eq(library_file_what(file, &arena), "ELF 64-bit, x86-64");
    arena_finish(&arena);
}

Test(library_file, for_another_system_only_if_the_loader_looks_at_that)
{
    struct library_file file = {
        .has_magic = true, .head_size = 64, .target = here, .type = ET_DYN, .dynamic = true, .other_system = true};

    file.status.mode = S_IFREG | 0644;
    cr_expect_eq(verdict_of(&file, 0x060000), LIBRARY_OTHER_SYSTEM);
    cr_expect_eq(verdict_of(&file, 0), LIBRARY_FITS);
    file.other_system = false;
    file.kernel = 0x060001;
    cr_expect_eq(verdict_of(&file, 0x060000), LIBRARY_OTHER_SYSTEM);
    cr_expect_eq(verdict_of(&file, 0x060001), LIBRARY_FITS);
}

Test(library_file, errors_of_the_system)
{
    struct library_file file = {.error = ENOENT};

    cr_expect_eq(verdict_of(&file, 0), LIBRARY_ABSENT);
    file.error = ENOTDIR;
    cr_expect_eq(verdict_of(&file, 0), LIBRARY_ABSENT);
    file.error = EACCES;
    cr_expect_eq(verdict_of(&file, 0), LIBRARY_DENIED);
    file.error = EIO;
    cr_expect_eq(verdict_of(&file, 0), LIBRARY_FAILED);
    file.error = ENOENT;
    file.dangling = true;
    cr_expect_eq(verdict_of(&file, 0), LIBRARY_DANGLING);
}

/* A big-endian file: only its header is made, the rest is that of a 64-bit library. */
Test(library_file, of_another_byte_order)
{
    struct arena arena = {0};
    Elf64_Ehdr header = {.e_ident = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2MSB, EV_CURRENT},
                         .e_type = ET_DYN << 8,
                         .e_machine = EM_S390 << 8,
                         .e_version = EV_CURRENT << 24,
                         .e_phentsize = sizeof(Elf64_Phdr) << 8};

    fixture_write("s390", &header, sizeof header);
    const struct library_file *file = library_file_read(&root, fixture_path("s390"), &arena);
    const char *complaint;
    cr_expect_eq(library_file_verdict(file, &here, 0, &complaint), LIBRARY_BAD_HEADER);
    cr_expect_str_eq(complaint, "ELF file data encoding not little-endian");
    cr_expect_str_eq(library_file_what(file, &arena), "ELF 64-bit, IBM S/390");
    arena_finish(&arena);
}

/* Where the last part of it ends that is loaded. */
static size_t loaded_size(const char *bytes)
{
    const Elf64_Ehdr *header = (const void *)bytes;
    const Elf64_Phdr *segments = (const void *)(bytes + header->e_phoff);
    size_t size = 0;

    for (size_t i = 0; i < header->e_phnum; i++)
        if (segments[i].p_type == PT_LOAD && segments[i].p_offset + segments[i].p_filesz > size)
            size = segments[i].p_offset + segments[i].p_filesz;
    return size;
}

/* Whatever part of it is left, there is an answer. */
Test(library_file, cut_off_anywhere)
{
    size_t size;

    fixture_require("gcc");
    make("");
    char *bytes = fixture_read("libx.so", &size);
    for (size_t length = 0; length < loaded_size(bytes); length += length < 1024 ? 1 : 97) {
        struct arena arena = {0};
        fixture_write("cut", bytes, length);
        cr_expect_neq(verdict_of(library_file_read(&root, fixture_path("cut"), &arena), 0), LIBRARY_FITS, "%zu bytes", length);
        arena_finish(&arena);
    }
    free(bytes);
}
