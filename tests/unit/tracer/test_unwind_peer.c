/* SPDX-License-Identifier: MIT
 *
 * The reader of call frame information against libdw's, for each function of each file that this process has loaded, and of
 * python3: found through .eh_frame_hdr, and in a copy of the file that has none, as a static executable. */
#include <criterion/criterion.h>
#include <dwarf.h>
#include <elfutils/libdw.h>
#include <fcntl.h>
#include <inttypes.h>
#include <link.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "elf/unwind_section.h"
#include "preload/cfi.h"
#include "tracer/unwind/unwind_index.h"
#include "tracer/unwind/unwind_table.h"

/* ---- Files ----------------------------------------------------------------------------------------------------------------- */

/* What is needed to ask of one file. */
struct subject {
    const char *path;
    int file;
    struct unwind_section section;
    struct cfi_image image;
    struct cfi_scratch scratch;
    Elf *elf;
    Dwarf_CFI *peer; /* the elf's */
};

static bool subject_open(struct subject *subject, const char *path, int file)
{
    *subject = (struct subject){.path = path, .file = file};
    if (unwind_section_load(file, &subject->section) != 0)
        return false;
    const struct unwind_section *section = &subject->section;
    subject->image = (struct cfi_image){section->bytes, section->bytes + section->size, section->bytes + section->header,
                                        section->address - (uintptr_t)section->bytes};
    elf_version(EV_CURRENT);
    subject->elf = elf_begin(file, ELF_C_READ, NULL);
    subject->peer = dwarf_getcfi_elf(subject->elf);
    cr_assert_not_null(subject->peer, "%s", path);
    return true;
}

static void subject_close(struct subject *subject)
{
    dwarf_cfi_end(subject->peer);
    elf_end(subject->elf);
    unwind_section_finish(&subject->section);
}

/* A copy of the file whose program headers do not lead to .eh_frame_hdr. */
static int copy_without_header(int file)
{
    const int copy = memfd_create("without_header", MFD_CLOEXEC);
    struct stat status;
    ElfW(Ehdr) header;
    off_t at = 0;

    cr_assert_eq(fstat(file, &status), 0);
    while (at < status.st_size)
        cr_assert_gt(sendfile(copy, file, &at, (size_t)(status.st_size - at)), 0);
    cr_assert_eq(pread(copy, &header, sizeof header, 0), sizeof header);
    for (unsigned i = 0; i < header.e_phnum; i++) {
        const off_t place = (off_t)(header.e_phoff + i * sizeof(ElfW(Phdr)));
        ElfW(Phdr) segment;
        cr_assert_eq(pread(copy, &segment, sizeof segment, place), sizeof segment);
        segment.p_type = segment.p_type == PT_GNU_EH_FRAME ? PT_NULL : segment.p_type;
        cr_assert_eq(pwrite(copy, &segment, sizeof segment, place), sizeof segment);
    }
    return copy;
}

/* ---- Rules ----------------------------------------------------------------------------------------------------------------- */

static bool same_cfa(const struct cfi_row *row, const Dwarf_Op *operations, size_t count)
{
    if (row->cfa.kind == CFI_VALUE_EXPRESSION)
        return count > 1 || (count == 1 && operations[0].atom != DW_OP_bregx);
    return count == 1 && operations[0].atom == DW_OP_bregx && operations[0].number == row->cfa_register &&
           (int64_t)operations[0].number2 == row->cfa.value;
}

/* libdw writes "saved at CFA + N" as two operations, of which the second is not there for 0. */
static bool is_at_cfa(const Dwarf_Op *operations, size_t count, int64_t offset)
{
    return operations[0].atom == DW_OP_call_frame_cfa &&
           (count == 1 ? offset == 0 : operations[1].atom == DW_OP_plus_uconst && (int64_t)operations[1].number == offset);
}

static bool same_register(const struct cfi_rule *rule, const Dwarf_Op *operations, size_t count, bool undefined)
{
    switch (rule->kind) {
    case CFI_UNSPECIFIED: /* then libdw takes rbx for lost, and rax for kept */
        return count == 0;
    case CFI_SAME:
        return count == 0 && !undefined;
    case CFI_UNDEFINED:
        return count == 0 && undefined;
    case CFI_OFFSET:
        return (count == 1 || count == 2) && is_at_cfa(operations, count, rule->value);
    case CFI_REGISTER:
        return count == 1 && operations[0].atom == DW_OP_regx && (int64_t)operations[0].number == rule->value;
    default: /* expressions are not taken apart */
        return count > 0;
    }
}

static bool same_row(const struct cfi_row *row, Dwarf_Frame *frame)
{
    static const int kept[] = {CFI_RBX, CFI_RBP, CFI_R12, 13, 14, CFI_R15, CFI_RA};
    Dwarf_Op memory[3], *operations;
    bool signal_frame;
    size_t count;

    if (dwarf_frame_info(frame, NULL, NULL, &signal_frame) != CFI_RA || signal_frame != row->signal_frame)
        return false;
    if (dwarf_frame_cfa(frame, &operations, &count) != 0 || !same_cfa(row, operations, count))
        return false;
    for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
        if (dwarf_frame_register(frame, kept[i], memory, &operations, &count) != 0 ||
            !same_register(&row->registers[kept[i]], operations, count, operations == memory))
            return false;
    return true;
}

static void compare_at(struct subject *subject, const uint8_t *entry, uint64_t pc)
{
    struct cfi_row row;
    Dwarf_Frame *frame;

    const int error = entry ? cfi_entry_row(&subject->image, entry, pc, &row, &subject->scratch)
                            : cfi_find_row(&subject->image, pc, &row, &subject->scratch);
    cr_assert_eq(error, 0, "%s: nothing is known of %" PRIx64, subject->path, pc);
    cr_assert_eq(dwarf_cfi_addrframe(subject->peer, pc, &frame), 0, "%s: libdw knows nothing of %" PRIx64, subject->path, pc);
    cr_assert(same_row(&row, frame), "%s: the rules for %" PRIx64 " differ", subject->path, pc);
    free(frame);
}

/* ---- Functions ------------------------------------------------------------------------------------------------------------- */

/* How many libdw finds. */
static size_t count_functions(const struct subject *subject)
{
    size_t strings, count = 0;
    Elf_Scn *section = NULL;
    GElf_Shdr header;

    cr_assert_eq(elf_getshdrstrndx(subject->elf, &strings), 0);
    while ((section = elf_nextscn(subject->elf, section)) != NULL)
        if (strcmp(elf_strptr(subject->elf, strings, gelf_getshdr(section, &header)->sh_name), ".eh_frame") == 0)
            break;
    Elf_Data *const data = elf_rawdata(section, NULL);
    const unsigned char *const ident = (const unsigned char *)elf_getident(subject->elf, NULL);
    Dwarf_CFI_Entry entry;
    for (Dwarf_Off at = 0; dwarf_next_cfi(ident, data, true, at, &at, &entry) == 0;)
        count += !dwarf_cfi_cie_p(&entry);
    return count;
}

static void compare_file(const char *path)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC), copy = copy_without_header(file);
    struct subject searched, listed;
    struct unwind_index index;

    if (subject_open(&searched, path, file)) {
        cr_assert(subject_open(&listed, path, copy));
        cr_assert(searched.section.searchable && !listed.section.searchable, "%s", path);
        unwind_index_build(&index, &listed.image);
        cr_assert_eq(index.count, count_functions(&listed), "%s", path);
        for (size_t i = 0; i < index.count; i++) {
            struct cfi_entry entry;
            cr_assert_not_null(cfi_next_entry(&listed.image, index.functions[i].entry, &entry));
            const uint64_t pcs[] = {entry.start, entry.start + entry.size / 3, entry.start + entry.size - 1};
            for (size_t k = 0; k < sizeof pcs / sizeof *pcs && entry.size > 0; k++) {
                compare_at(&searched, NULL, pcs[k]);
                compare_at(&listed, unwind_index_find(&index, pcs[k]), pcs[k]);
            }
        }
        unwind_index_finish(&index);
        subject_close(&listed);
        subject_close(&searched);
    }
    close(copy);
    close(file);
}

static int compare_loaded(struct dl_phdr_info *object, size_t size, void *context)
{
    unsigned *compared = context;

    (void)size;
    if (object->dlpi_name[0] != '\0' && object->dlpi_name[0] != '/')
        return 0; /* the vDSO is no file */
    compare_file(object->dlpi_name[0] ? object->dlpi_name : "/proc/self/exe");
    (*compared)++;
    return 0;
}

Test(unwind_peer, both_say_the_same_of_each_function)
{
    unsigned compared = 0;

    dl_iterate_phdr(compare_loaded, &compared);
    cr_assert_geq(compared, 3);
    compare_file("/usr/bin/python3");
}

Test(unwind_peer, a_file_without_a_table_to_search_in_is_as_well_known)
{
    const int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC), copy = copy_without_header(file);
    struct unwind_table *searched = unwind_table_load(file), *listed = unwind_table_load(copy);
    struct stat status;
    size_t known = 0;

    cr_assert(searched && listed);
    cr_assert_eq(fstat(file, &status), 0);
    for (uint64_t offset = 0; offset < (uint64_t)status.st_size; offset += 13) {
        const struct unwind_row one = unwind_table_row(searched, offset), other = unwind_table_row(listed, offset);
        cr_assert(one.kind == other.kind && one.cfa == other.cfa && one.saved_bp == other.saved_bp, "%" PRIx64, offset);
        known += one.kind != UNWIND_UNKNOWN;
    }
    cr_assert_gt(known, 100);
    unwind_table_destroy(listed);
    unwind_table_destroy(searched);
    close(copy);
    close(file);
}
