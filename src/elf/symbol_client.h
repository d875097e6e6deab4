/* SPDX-License-Identifier: MIT
 *
 * Names of places in files from a helper process: it is started when it is first needed, gets files that are opened here, and is
 * ended when it fails. A file at which it crashes, hangs, or talks nonsense has no names. Private to src/elf/. */
#ifndef LEAKWATCH_ELF_SYMBOL_CLIENT_H
#define LEAKWATCH_ELF_SYMBOL_CLIENT_H

#include "symbol_message.h"
#include "symbolizer.h"

struct symbol_client;
struct symbol_client_file;

/* `settings` are lent for this call, what they point to for longer. Never NULL. */
struct symbol_client *symbol_client_create(const struct symbolizer_settings *settings);
void symbol_client_destroy(struct symbol_client *client);

/* Starts the helper before it is needed. */
void symbol_client_start(struct symbol_client *client);

/* The helper; 0: none runs. */
pid_t symbol_client_helper(const struct symbol_client *client);

/* Opens a file and gives it to the helper. Lives as long as the client; never NULL. */
struct symbol_client_file *symbol_client_open(struct symbol_client *client, const struct mapped_file *file);
/* Hexadecimal; NULL: not known. */
const char *symbol_client_build_id(const struct symbol_client_file *file);
/* Why it has no names: for people, static or as long as the client lives; NULL: there is no reason but what the file itself says.
 */
const char *symbol_client_problem(const struct symbol_client_file *file);

/* Asks for the place at `offset`. Texts live until the next question. */
void symbol_client_place(struct symbol_client *client, struct symbol_client_file *file, uint64_t offset,
                         struct symbol_place *place);
/* Asks for several places at once, at most SYMBOL_PLACES_MAX, and hands them on one by one as they come; fewer than `count` if
 * something goes wrong. */
typedef void symbol_place_found(void *context, uint64_t offset, const struct symbol_place *place);
void symbol_client_places(struct symbol_client *client, struct symbol_client_file *file, const uint64_t *offsets, size_t count,
                          symbol_place_found *found, void *context);
/* The like of symbolizer_object(). */
int symbol_client_object(struct symbol_client *client, struct symbol_client_file *file, uint64_t offset, int64_t distance,
                         bool code, struct symbol_object *object);
/* Asks what was made into this name. NULL: it is a plain one, or that cannot be told. Lives until the next question. */
const char *symbol_client_demangle(struct symbol_client *client, const char *name);

#endif
