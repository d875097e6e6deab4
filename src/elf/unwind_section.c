/* SPDX-License-Identifier: MIT */
#include "unwind_section.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "elf_file.h"

#define SECTION_SIZE_MAX (UINT64_C(256) << 20)

/* Of .eh_frame_hdr: the encodings of a pointer to .eh_frame, of the number of entries of the table, and of these (LSB, "Exception
 * Frame Header"). */
enum { HEADER_SIZE = 8, POINTER_ENCODING = 1, COUNT_ENCODING = 2, TABLE_ENCODING = 3 };
enum { PCREL_SDATA4 = 0x1b, DATAREL_SDATA4 = 0x3b, OMITTED = 0xff };

static int read_segments(const struct elf_file *file, struct unwind_section *section)
{
    for (unsigned i = 0; i < file->header.e_phnum && section->segment_count < UNWIND_SEGMENTS_MAX; i++) {
        Elf64_Phdr header;
        int error = elf_file_read(file->fd, file->header.e_phoff + i * sizeof header, &header, sizeof header);
        if (error)
            return error;
        if (header.p_type == PT_LOAD)
            section->segments[section->segment_count++] = (struct unwind_segment){header.p_offset, header.p_vaddr, header.p_filesz};
    }
    return 0;
}

/* The segment that holds `address`, or NULL. */
static const struct unwind_segment *holder_of(const struct unwind_section *section, uint64_t address)
{
    for (size_t i = 0; i < section->segment_count; i++)
        if (address - section->segments[i].address < section->segments[i].size)
            return &section->segments[i];
    return NULL;
}

/* The linker may put .eh_frame before its header; only the header says so. */
static uint64_t start_of(const uint8_t header[HEADER_SIZE], uint64_t address, const struct unwind_segment *holder)
{
    int32_t distance;

    if (header[POINTER_ENCODING] != PCREL_SDATA4)
        return address;
    memcpy(&distance, header + 4, sizeof distance);
    const uint64_t frames = address + 4 + (uint64_t)(int64_t)distance;
    return frames < address && frames >= holder->address ? frames : address;
}

static int load_bytes(int fd, uint64_t offset, uint64_t size, struct unwind_section *section)
{
    if (size > SECTION_SIZE_MAX)
        return -ENOEXEC;
    section->size = (size_t)size;
    section->bytes = xmalloc(section->size + 1);
    return elf_file_read(fd, offset, section->bytes, section->size);
}

/* With .eh_frame_hdr, to which a program header leads. -ENOENT: there is none, or it has no table. */
static int load_searchable(const struct elf_file *file, struct unwind_section *section)
{
    uint8_t header[HEADER_SIZE];
    Elf64_Phdr segment;

    int error = elf_file_segment(file, PT_GNU_EH_FRAME, &segment);
    if (error)
        return error;
    const uint64_t address = segment.p_vaddr;
    const struct unwind_segment *holder = holder_of(section, address);
    if (!holder)
        return -ENOEXEC;
    error = elf_file_read(file->fd, holder->offset + (address - holder->address), header, sizeof header);
    if (error)
        return error;
    if (header[COUNT_ENCODING] == OMITTED || header[TABLE_ENCODING] != DATAREL_SDATA4)
        return -ENOENT;
    section->searchable = true;
    section->address = start_of(header, address, holder);
    section->header = (size_t)(address - section->address);
    const uint64_t skipped = section->address - holder->address;
    return load_bytes(file->fd, holder->offset + skipped, holder->size - skipped, section);
}

/* .eh_frame alone, as the section headers have it. */
static int load_plain(const struct elf_file *file, struct unwind_section *section)
{
    Elf64_Shdr frames;

    int error = elf_file_find_section(file, ".eh_frame", &frames);
    if (error)
        return error;
    if (frames.sh_type == SHT_NOBITS) /* debugging information that is kept apart */
        return -ENOENT;
    section->address = frames.sh_addr;
    return load_bytes(file->fd, frames.sh_offset, frames.sh_size, section);
}

int unwind_section_load(int fd, struct unwind_section *section)
{
    struct elf_file file;

    *section = (struct unwind_section){0};
    int error = elf_file_open(fd, &file);
    if (!error)
        error = read_segments(&file, section);
    if (!error)
        error = load_searchable(&file, section);
    if (error == -ENOENT)
        error = load_plain(&file, section);
    if (error)
        unwind_section_finish(section);
    return error;
}

void unwind_section_finish(struct unwind_section *section)
{
    free(section->bytes);
    *section = (struct unwind_section){0};
}

int unwind_section_address(const struct unwind_section *section, uint64_t file_offset, uint64_t *address)
{
    for (size_t i = 0; i < section->segment_count; i++) {
        const struct unwind_segment *segment = &section->segments[i];
        if (file_offset - segment->offset < segment->size) {
            *address = segment->address + (file_offset - segment->offset);
            return 0;
        }
    }
    return -ENOENT;
}
