/* SPDX-License-Identifier: MIT */
#include "library_file.h"

#include <elf.h>
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <gelf.h>
#include <stddef.h>
#include <string.h>
#include <sys/statvfs.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "elf/elf_file.h"
#include "library_dynamic.h"
#include "library_root.h"

/* ---- The header ------------------------------------------------------------------------------------------------------------ */

/* The tests of e_ident that do not depend on who loads it. */
static const char *ident_complaint(const unsigned char *ident)
{
    static const unsigned char none[EI_NIDENT - EI_PAD];

    if (ident[EI_VERSION] != EV_CURRENT)
        return "ELF file version ident does not match current one";
    if (ident[EI_OSABI] != ELFOSABI_SYSV && ident[EI_OSABI] != ELFOSABI_GNU)
        return "ELF file OS ABI invalid";
    if (ident[EI_ABIVERSION] != 0 && !(ident[EI_OSABI] == ELFOSABI_GNU && ident[EI_ABIVERSION] <= 5))
        return "ELF file ABI version invalid";
    if (memcmp(ident + EI_PAD, none, sizeof none) != 0)
        return "nonzero padding in e_ident";
    return NULL;
}

static uint16_t half_at(const struct library_file *file, size_t offset)
{
    uint16_t value;

    memcpy(&value, file->head + offset, sizeof value);
    return file->target.data == ELFDATA2MSB ? be16toh(value) : le16toh(value);
}

static uint32_t word_at(const struct library_file *file, size_t offset)
{
    uint32_t value;

    memcpy(&value, file->head + offset, sizeof value);
    return file->target.data == ELFDATA2MSB ? be32toh(value) : le32toh(value);
}

static const char *header_complaint(const struct library_file *file)
{
    const bool wide = file->target.class == ELFCLASS64;
    const char *complaint = ident_complaint((const unsigned char *)file->head);

    if (complaint)
        return complaint;
    if (word_at(file, offsetof(Elf32_Ehdr, e_version)) != EV_CURRENT)
        return "ELF file version does not match current one";
    if (file->type != ET_DYN && file->type != ET_EXEC)
        return "only ET_DYN and ET_EXEC can be loaded";
    const uint16_t entry = half_at(file, wide ? offsetof(Elf64_Ehdr, e_phentsize) : offsetof(Elf32_Ehdr, e_phentsize));
    if (entry != (wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr)))
        return "ELF file's phentsize not the expected size";
    return NULL;
}

/* Stores what the first bytes say; false: there is nothing more to be read. */
static bool read_header(struct library_file *file)
{
    const size_t least = file->head_size > EI_CLASS && file->head[EI_CLASS] == ELFCLASS32 ? sizeof(Elf32_Ehdr) : sizeof(Elf64_Ehdr);

    file->has_magic = file->head_size >= EI_NIDENT && memcmp(file->head, ELFMAG, SELFMAG) == 0;
    if (!file->has_magic)
        return false;
    file->target.class = (unsigned char)file->head[EI_CLASS];
    file->target.data = (unsigned char)file->head[EI_DATA];
    if (file->head_size < least || (file->target.class != ELFCLASS32 && file->target.class != ELFCLASS64) ||
        (file->target.data != ELFDATA2LSB && file->target.data != ELFDATA2MSB))
        return false;
    file->type = half_at(file, offsetof(Elf32_Ehdr, e_type));
    file->target.machine = half_at(file, offsetof(Elf32_Ehdr, e_machine));
    file->complaint = header_complaint(file);
    return true;
}

/* ---- The file -------------------------------------------------------------------------------------------------------------- */

static void note_status(struct library_file *file, const struct stat *status)
{
    file->status.device = status->st_dev;
    file->status.inode = status->st_ino;
    file->status.size = (uint64_t)status->st_size;
    file->status.mode = status->st_mode;
    file->status.user = status->st_uid;
    file->status.group = status->st_gid;
}

static void read_contents(struct library_file *file, int descriptor, struct arena *arena)
{
    struct statvfs system;

    file->no_exec = fstatvfs(descriptor, &system) == 0 && (system.f_flag & ST_NOEXEC);
    file->capabilities = fgetxattr(descriptor, "security.capability", NULL, 0) > 0;
    ssize_t got = pread(descriptor, file->head, sizeof file->head - 1, 0);
    if (got < 0) {
        file->error = errno;
        return;
    }
    file->head_size = (size_t)got;
    if (!read_header(file))
        return;
    elf_version(EV_CURRENT);
    Elf *elf = elf_begin(descriptor, ELF_C_READ, NULL);
    if (elf == NULL || library_dynamic_read(elf, file, arena) != 0)
        file->damaged = true;
    elf_end(elf);
}

struct library_file *library_file_read(const struct library_root *root, const char *path, struct arena *arena)
{
    struct library_file *file = arena_alloc(arena, sizeof *file);
    struct stat status;

    file->path = arena_copy(arena, path, strlen(path));
    int error = library_root_stat(root, path, &status);
    if (error) {
        file->error = -error;
        file->dangling = error == -ENOENT && library_root_lstat(root, path, &status) == 0;
        return file;
    }
    note_status(file, &status);
    if (!S_ISREG(status.st_mode))
        return file;
    int descriptor = library_root_open(root, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
    if (descriptor < 0) {
        file->unreadable = descriptor == -EACCES;
        file->error = -descriptor;
        return file;
    }
    read_contents(file, descriptor, arena);
    close(descriptor);
    return file;
}

/* ---- The verdict ----------------------------------------------------------------------------------------------------------- */

static enum library_verdict access_verdict(const struct library_file *file)
{
    if (file->dangling)
        return LIBRARY_DANGLING;
    if (file->error == ENOENT || file->error == ENOTDIR)
        return LIBRARY_ABSENT;
    if (file->error == EACCES)
        return LIBRARY_DENIED;
    if (file->error)
        return LIBRARY_FAILED;
    if (S_ISDIR(file->status.mode))
        return LIBRARY_DIRECTORY;
    return S_ISREG(file->status.mode) ? LIBRARY_FITS : LIBRARY_SPECIAL;
}

static enum library_verdict header_verdict(const struct library_file *file, const struct library_target *target, uint32_t kernel,
                                           const char **complaint)
{
    const size_t least = target->class == ELFCLASS64 ? sizeof(Elf64_Ehdr) : sizeof(Elf32_Ehdr);

    if (file->head_size < least)
        return LIBRARY_TOO_SHORT;
    if (!file->has_magic)
        return LIBRARY_NOT_ELF;
    if (file->target.class != target->class)
        return LIBRARY_OTHER_CLASS;
    if (file->target.data != target->data)
        *complaint =
            target->data == ELFDATA2LSB ? "ELF file data encoding not little-endian" : "ELF file data encoding not big-endian";
    else if (file->target.machine == target->machine || file->type == ET_NONE)
        *complaint = file->complaint;
    else
        *complaint = ident_complaint((const unsigned char *)file->head);
    if (*complaint)
        return LIBRARY_BAD_HEADER;
    if (file->target.machine != target->machine)
        return LIBRARY_OTHER_MACHINE;
    return kernel != 0 && (file->other_system || file->kernel > kernel) ? LIBRARY_OTHER_SYSTEM : LIBRARY_FITS;
}

const char *library_file_damage(const struct library_file *file)
{
    if (file->debug_only)
        return "it holds debugging information only";
    return file->damaged ? "its program headers or its dynamic section cannot be right" : NULL;
}

enum library_verdict library_file_verdict(const struct library_file *file, const struct library_target *target, uint32_t kernel,
                                          const char **complaint)
{
    *complaint = NULL;
    enum library_verdict verdict = access_verdict(file);
    if (verdict == LIBRARY_FITS)
        verdict = header_verdict(file, target, kernel, complaint);
    if (verdict != LIBRARY_FITS)
        return verdict;
    if (file->type == ET_EXEC)
        return LIBRARY_EXECUTABLE;
    *complaint = library_file_damage(file);
    if (*complaint)
        return LIBRARY_DAMAGED;
    if (file->pie)
        return LIBRARY_PIE;
    if (!file->dynamic)
        return LIBRARY_NO_DYNAMIC;
    if (file->no_exec)
        return LIBRARY_NOEXEC;
    return file->truncated ? LIBRARY_TRUNCATED : LIBRARY_FITS;
}

bool library_file_is_executable(const struct library_file *file)
{
    return file->status.mode & (S_IXUSR | S_IXGRP | S_IXOTH);
}

/* ---- Names ----------------------------------------------------------------------------------------------------------------- */

const char *library_machine_name(uint16_t machine)
{
    static const struct {
        uint16_t machine;
        const char *name;
    } names[] = {
        {EM_386, "Intel 80386"},
        {EM_X86_64, "x86-64"},
        {EM_ARM, "ARM"},
        {EM_AARCH64, "AArch64"},
        {EM_RISCV, "RISC-V"},
        {EM_PPC, "PowerPC"},
        {EM_PPC64, "PowerPC64"},
        {EM_S390, "IBM S/390"},
        {EM_MIPS, "MIPS"},
        {EM_SPARC, "SPARC"},
        {EM_SPARCV9, "SPARC V9"},
        {EM_IA_64, "Itanium"},
        {EM_68K, "m68k"},
        {EM_ALPHA, "Alpha"},
        {EM_PARISC, "PA-RISC"},
        {EM_SH, "SuperH"},
        {258 /* EM_LOONGARCH */, "LoongArch"},
        {EM_BPF, "BPF"},
    };

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (names[i].machine == machine)
            return names[i].name;
    return NULL;
}

const char *library_file_what(const struct library_file *file, struct arena *arena)
{
    if (!file->has_magic)
        return NULL;
    const char *name = library_machine_name(file->target.machine);
    const char *bits = file->target.class == ELFCLASS32   ? "32-bit"
                       : file->target.class == ELFCLASS64 ? "64-bit"
                                                          : "of no known class";
    if (name == NULL)
        return arena_printf(arena, "ELF %s, machine %u", bits, file->target.machine);
    return arena_printf(arena, "ELF %s, %s", bits, name);
}
