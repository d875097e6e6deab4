/* SPDX-License-Identifier: MIT
 *
 * The part of an ELF file that says how to unwind its stack frames: .eh_frame and, where there is a table to search in,
 * .eh_frame_hdr, as bytes, with what it takes to find one's way in them. Foreign bytes: damage is answered with an error. */
#ifndef LEAKWATCH_ELF_UNWIND_SECTION_H
#define LEAKWATCH_ELF_UNWIND_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UNWIND_SEGMENTS_MAX 16

struct unwind_section {
    uint8_t *bytes; /* owned; size bytes, the first of which the file counts as `address` */
    size_t size;
    uint64_t address;
    bool searchable; /* there is a table; otherwise `bytes` are .eh_frame alone, as in static executables */
    size_t header;   /* where in `bytes` .eh_frame_hdr begins, with that table */
    struct unwind_segment {
        uint64_t offset, address, size; /* in the file; as the file counts; in the file */
    } segments[UNWIND_SEGMENTS_MAX];
    size_t segment_count;
};

/* Reads it from the open file `fd`. Returns 0, -ENOENT if the file has none, -ENOEXEC if it is damaged, or another -errno. */
int unwind_section_load(int fd, struct unwind_section *section);
void unwind_section_finish(struct unwind_section *section);

/* Translates an offset into the file to an address as the file counts them. Returns 0 or -ENOENT. */
int unwind_section_address(const struct unwind_section *section, uint64_t file_offset, uint64_t *address);

#endif
