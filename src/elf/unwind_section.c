/* SPDX-License-Identifier: MIT */
#include "unwind_section.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "elf_file.h"
#include "xalloc.h"

#define SECTION_SIZE_MAX (UINT64_C(256) << 20)

enum { HEADER_SIZE = 8, POINTER_ENCODING = 1, PCREL_SDATA4 = 0x1b };

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

/* `address`: of .eh_frame_hdr. */
static int load_from(int fd, uint64_t address, struct unwind_section *section)
{
    const struct unwind_segment *holder = holder_of(section, address);
    uint8_t header[HEADER_SIZE];

    if (!holder)
        return -ENOEXEC;
    int error = elf_file_read(fd, holder->offset + (address - holder->address), header, sizeof header);
    if (error)
        return error;
    section->address = start_of(header, address, holder);
    const uint64_t skipped = section->address - holder->address;
    if (holder->size - skipped > SECTION_SIZE_MAX)
        return -ENOEXEC;
    section->size = (size_t)(holder->size - skipped);
    section->header = (size_t)(address - section->address);
    section->bytes = xmalloc(section->size);
    return elf_file_read(fd, holder->offset + skipped, section->bytes, section->size);
}

int unwind_section_load(int fd, struct unwind_section *section)
{
    struct elf_file file;
    Elf64_Phdr frames;

    *section = (struct unwind_section){0};
    int error = elf_file_open(fd, &file);
    if (!error)
        error = read_segments(&file, section);
    if (!error)
        error = elf_file_segment(&file, PT_GNU_EH_FRAME, &frames);
    if (error)
        return error;
    error = load_from(fd, frames.p_vaddr, section);
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
