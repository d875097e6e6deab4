/* SPDX-License-Identifier: MIT
 *
 * What leakwatch and its helper that reads symbols say to each other: a header, and a body of numbers and texts in the byte order
 * of the machine. Descriptors go along with a header (unix(7), SCM_RIGHTS).
 *
 * The helper reads files that may be made to harm, and may have been taken over by one: what comes from it is checked here, byte by
 * byte, before anything is made of it. */
#ifndef LEAKWATCH_ELF_SYMBOL_MESSAGE_H
#define LEAKWATCH_ELF_SYMBOL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "symbolizer.h"

enum symbol_message_kind {
    SYMBOL_READY = 1, /* the helper is locked in; it says so by itself, once */
    /* Questions, each with its answer. */
    SYMBOL_OPEN,        /* number of the file, path, and a descriptor */
    SYMBOL_OPENED,      /* build id */
    SYMBOL_FIND_PLACES, /* number of the file, offsets in it, at most SYMBOL_PLACES_MAX: each has an answer of its own, in this
                           order */
    SYMBOL_PLACE,       /* struct symbol_place */
    SYMBOL_FIND_OBJECT, /* number of the file, offset, distance, whether code counts */
    SYMBOL_OBJECT,      /* whether there is such an offset, struct symbol_object */
    SYMBOL_DEMANGLE,    /* a text, as a symbol table would have it */
    SYMBOL_DEMANGLED,   /* what was made into it; NULL: it is a plain name */
    /* What the helper asks before it answers: it can open nothing itself. */
    SYMBOL_WANTS_FILE,      /* path */
    SYMBOL_WANTS_DEBUGINFO, /* build id: of the servers of debugging information */
    SYMBOL_GIVES,           /* errno, or 0 and a descriptor */
};

struct symbol_header {
    uint32_t kind; /* enum symbol_message_kind */
    uint32_t size; /* of the body in bytes */
};

enum {
    SYMBOL_PLACES_MAX = 64,    /* asked for at once */
    SYMBOL_FRAMES_MAX = 64,    /* inlined into one another at one address */
    SYMBOL_TEXT_MAX = 1 << 16, /* bytes of one text; longer names are made to harm */
    SYMBOL_BODY_MAX = SYMBOL_FRAMES_MAX * (3 * (SYMBOL_TEXT_MAX + 8) + 16) + 64,
};

/* Names of a place in a file; the texts are lent. */
struct symbol_place {
    uint64_t address; /* as the file's own symbol table has it */
    size_t frame_count;
    struct symbol_frame frames[SYMBOL_FRAMES_MAX];
};

/* ---- Writing --------------------------------------------------------------------------------------------------------------- */

/* A message that is being made; all zero: empty. */
struct symbol_writer {
    char *bytes;
    size_t size, capacity;
};

void symbol_write_number(struct symbol_writer *writer, uint64_t value);
/* NULL is a text of its own. One that is too long counts as not known, as NULL. */
void symbol_write_text(struct symbol_writer *writer, const char *text);
void symbol_write_place(struct symbol_writer *writer, const struct symbol_place *place);
void symbol_write_object(struct symbol_writer *writer, const struct symbol_object *object);
void symbol_writer_finish(struct symbol_writer *writer);

/* ---- Reading --------------------------------------------------------------------------------------------------------------- */

/* A message that is being read. Once something was wrong, all that follows is 0. */
struct symbol_reader {
    const char *at, *end;
    bool wrong;
};

uint64_t symbol_read_number(struct symbol_reader *reader);
/* NULL, or a text that lives as long as the bytes of the message. */
const char *symbol_read_text(struct symbol_reader *reader);
void symbol_read_place(struct symbol_reader *reader, struct symbol_place *place);
void symbol_read_object(struct symbol_reader *reader, struct symbol_object *object);
/* Whether all was right, and nothing is left over. */
bool symbol_reader_is_done(const struct symbol_reader *reader);

/* ---- Sending --------------------------------------------------------------------------------------------------------------- */

/* Async-signal-safe, as is all that follows. `descriptor` is -1 if none goes along. Returns 0 or -errno; -EPIPE: nobody is there.
 */
int symbol_send(int socket, uint32_t kind, const void *body, size_t size, int descriptor);

/* Receives a header, and what goes along (-1: nothing), until a time of CLOCK_MONOTONIC (ns; UINT64_MAX: whenever it comes).
 * Returns 0, -ETIMEDOUT, -EPIPE (nobody is there), -EPROTO (nonsense), or -errno. */
int symbol_receive_header(int socket, uint64_t deadline_ns, struct symbol_header *header, int *descriptor);
/* The same of `size` bytes. */
int symbol_receive(int socket, uint64_t deadline_ns, void *bytes, size_t size);

#endif
