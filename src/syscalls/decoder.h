/* SPDX-License-Identifier: MIT
 *
 * Decoding: from registers and memory to values. What a description in src/abi can say is done by the interpreter; the rest are
 * functions DECODE(name) in the files beside this one, by topic. None of them prints.
 *
 * Everything is read from memory that a hostile program controls: counts are bounded, what cannot be read is shown as an address.
 */
#ifndef LEAKWATCH_SYSCALLS_DECODER_H
#define LEAKWATCH_SYSCALLS_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory_view.h"
#include "calls/system_call.h"
#include "abi_tables.h"

struct decode_options {
    size_t string_limit; /* bytes of a string, elements of an array that are shown */
    bool abbreviate;     /* leave out what strace leaves out without -v */
    bool raw;            /* all arguments as numbers, nothing is followed */
    bool dereference;    /* follow pointers to structures and arrays (-e verbose) */
};

struct decoder {
    struct system_call *call;
    const struct memory_view *memory;
    const struct process_view *process; /* NULL: nobody to ask */
    const struct decode_options *options;
    struct arena *arena; /* &call->arena */
    bool exiting;        /* the call has returned */
    uint64_t budget;     /* bytes that elements of an iovec still have, of those that the call transferred */
};

/* ---- The interpreter ------------------------------------------------------------------------------------------------------- */

/* Decodes what can be told before the call is made: the arguments up to the first that the kernel fills in. */
void decode_entry(struct decoder *decoder);
/* Decodes the rest, when the call has returned (call->returned and so on are set). Where decode_entry() was not called (the entry
 * was not seen), decodes nothing. */
void decode_exit(struct decoder *decoder);

/* The value of `type` in a register, or in a word of memory that has been read. */
struct value *decode_register(struct decoder *decoder, const struct type *type, uint64_t number);
/* One structure at an address of the program: `{...}`, or the address if it cannot be read. NULL is shown as NULL. */
struct value *decode_struct(struct decoder *decoder, const struct struct_layout *layout, uint64_t address);
/* The same of a structure of which only `size` bytes are there; fields beyond are left out. */
struct value *decode_sized_struct(struct decoder *decoder, const struct struct_layout *layout, uint64_t address, size_t size);
/* A structure that has been read already. */
struct value *decode_struct_bytes(struct decoder *decoder, const struct struct_layout *layout, const void *bytes, size_t size);
/* One scalar or other in-place type that has been read already. */
struct value *decode_bytes_as(struct decoder *decoder, const struct type *type, const void *bytes);

/* How an element of an array is made of its bytes. */
typedef struct value *decode_element(struct decoder *decoder, const void *element, size_t index);
/* `count` elements of `size` bytes at an address: `[...]`; at most string_limit of them where output is abbreviated. A part that
 * cannot be read ends the array with a mark that names the address, as strace shows it. The address itself if nothing
 * can be read or count is 0 and address NULL. */
struct value *decode_array(struct decoder *decoder, uint64_t address, uint64_t count, size_t size, decode_element *element);
/* The same of elements that a type describes. */
struct value *decode_typed_array(struct decoder *decoder, const struct type *element, uint64_t address, uint64_t count);

/* ---- Strings --------------------------------------------------------------------------------------------------------------- */

/* A NUL-terminated path, shown whole (up to PATH_MAX); or string, cut at string_limit; or its address. */
struct value *decode_path(struct decoder *decoder, uint64_t address);
struct value *decode_string(struct decoder *decoder, uint64_t address);
/* `size` bytes of data, cut at string_limit; or their address. */
struct value *decode_buffer(struct decoder *decoder, uint64_t address, uint64_t size);
/* A set of signals of `size` bytes: [INT CHLD], or ~[KILL STOP]. */
struct value *decode_sigset(struct decoder *decoder, uint64_t address, uint64_t size);
struct value *decode_sigset_bytes(struct decoder *decoder, const void *bytes, size_t size);
/* An array of pointers to strings that NULL ends: ["ls", "-l"]; at most string_limit of them where output is abbreviated. */
struct value *decode_string_array(struct decoder *decoder, uint64_t address);

/* ---- Making values --------------------------------------------------------------------------------------------------------- */

struct value *value_signed(struct decoder *decoder, int64_t number);
struct value *value_unsigned(struct decoder *decoder, uint64_t number);
struct value *value_hex(struct decoder *decoder, uint64_t number);
struct value *value_padded_hex(struct decoder *decoder, uint64_t number, int width); /* 0x0005, 0000 */
struct value *value_octal(struct decoder *decoder, uint64_t number);
struct value *value_address(struct decoder *decoder, uint64_t address); /* 0: NULL */
struct value *value_fd(struct decoder *decoder, int fd);                /* asks process_view what it is */
struct value *value_dirfd(struct decoder *decoder, int fd);             /* the same, with AT_FDCWD */
struct value *value_pid(struct decoder *decoder, int pid);              /* likewise */
struct value *value_id(struct decoder *decoder, uint32_t id);           /* user or group; -1 as -1 */
struct value *value_signal(struct decoder *decoder, int number);        /* SIGINT */
struct value *value_mode(struct decoder *decoder, uint32_t mode);       /* 0644 */
struct value *value_file_mode(struct decoder *decoder, uint32_t mode);  /* S_IFREG|0644 */
struct value *value_device(struct decoder *decoder, uint64_t device);   /* makedev(0x8, 0x1) */
struct value *value_enum(struct decoder *decoder, const struct constant_set *set, uint64_t number);
struct value *value_flags(struct decoder *decoder, const struct constant_set *set, uint64_t number);
/* The same as a part of a union: without the mark of unknown bits. */
struct value *value_bits(struct decoder *decoder, const struct constant_set *set, uint64_t number);
/* Text that is static or in the arena. */
struct value *value_word(struct decoder *decoder, const char *text, uint64_t number);
struct value *value_bytes(struct decoder *decoder, const void *bytes, size_t size); /* copied; cut at string_limit */
struct value *value_text(struct decoder *decoder, const char *text);                /* a string, copied */
struct value *value_name(struct decoder *decoder, const void *bytes, size_t size);  /* copied; shown whole */

/* Containers; children are added with value_add(). */
struct value *value_struct(struct decoder *decoder);
struct value *value_array(struct decoder *decoder);
struct value *value_bitset(struct decoder *decoder, bool inverted);
struct value *value_call(struct decoder *decoder, const char *function);
struct value *value_union(struct decoder *decoder);                                             /* joined with | */
struct value *value_change(struct decoder *decoder, struct value *before, struct value *after); /* [before => after] */
struct value *value_product(struct decoder *decoder);                                           /* joined with * */
struct value *value_list(struct decoder *decoder);                                              /* named, of results */
struct value *value_more(struct decoder *decoder);                                              /* ... */
/* Appends `child`, as a field called `name` (NULL: none). Returns `child`. */
struct value *value_add(struct value *parent, const char *name, struct value *child);
/* The same, of a field that abbreviated output leaves out. */
struct value *value_add_detail(struct value *parent, const char *name, struct value *child);

/* Bits of which those of `mask` are one choice of a set, and the others, if there are any, flags. */
struct value *value_choice_and_flags(struct decoder *decoder, const struct constant_set *choices, uint32_t mask,
                                     const struct constant_set *flags, uint32_t number);
/* Adds the flags of `number` that have a name, one by one, to a union, and the rest as one number without a mark. */
void value_add_flags(struct decoder *decoder, struct value *parent, const struct constant_set *set, uint64_t number);
/* The names of the bits of `number`, joined with |, for a comment. */
const char *constant_set_text(struct arena *arena, const struct constant_set *set, uint64_t number);
/* `size` bytes, all shown as numbers: "\x01\x02"; copied; cut at string_limit. */
struct value *value_hex_bytes(struct decoder *decoder, const void *bytes, size_t size);
/* [value], what a pointer points to. */
struct value *value_pointed(struct decoder *decoder, struct value *pointed);

/* ---- Shared by topics ------------------------------------------------------------------------------------------------------ */

/* Whether the call has returned and done what it was asked for. */
bool decoder_succeeded(const struct decoder *decoder);
/* 2023-11-14T22:13:20.123456789+0000, in the local time zone, for a comment; NULL for the beginning of 1970 and for no time. */
const char *date_text(struct decoder *decoder, int64_t seconds, int64_t nanoseconds);
/* What a signal tells: {si_signo=SIGCHLD, si_code=CLD_EXITED, ...}. `info` is a siginfo_t of x86_64, 128 bytes. */
struct value *decode_siginfo_bytes(struct decoder *decoder, const void *info);
/* The bytes of a structure that are behind those that are known, if one is not 0: a field of `parent`, with its place. */
void decode_surplus(struct decoder *decoder, struct value *parent, uint64_t address, size_t known, uint64_t size);

/* ---- Memory ---------------------------------------------------------------------------------------------------------------- */

/* Copies all `size` bytes or returns false. */
bool decoder_read(const struct decoder *decoder, uint64_t address, void *buffer, size_t size);

/* ---- Decoders by name ------------------------------------------------------------------------------------------------------ */

/* The function behind `custom NAME` in a description: shows the argument or field whose register or memory word is `number`. At the
 * entry or, if its direction is out, at the exit; NULL: call it again at the exit, to be shown then (a call may depend on another
 * argument for that). All arguments are in decoder->call->arguments.
 * As the type of a result: is called at the exit, and what it returns is the note behind the result (NULL: none). */
typedef struct value *decode_function(struct decoder *decoder, const struct type *type, uint64_t number);
/* Whether an argument described with `when NAME` is there. */
typedef bool condition_function(const struct decoder *decoder);

#define DECODE(name)    struct value *decode_##name##_argument(struct decoder *decoder, const struct type *type, uint64_t number)
#define CONDITION(name) bool condition_##name(const struct decoder *decoder)

#define DECLARE_DECODER(name)   DECODE(name);
#define DECLARE_CONDITION(name) CONDITION(name);
FOR_EACH_DECODER(DECLARE_DECODER)
FOR_EACH_CONDITION(DECLARE_CONDITION)
#undef DECLARE_DECODER
#undef DECLARE_CONDITION

/* The `length` of a type, from the registers, the result or a constant; 0 if it cannot be had. */
uint64_t decoder_length(const struct decoder *decoder, struct length length);

#endif
