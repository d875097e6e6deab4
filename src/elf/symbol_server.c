/* SPDX-License-Identifier: MIT */
#include "symbol_server.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/xalloc.h"
#include "demangle.h"
#include "symbol_file.h"
#include "symbol_jail.h"
#include "symbol_message.h"
#include "symbol_naming.h"

struct server {
    int socket;
    symbol_file_fetch *fetch;
    struct symbol_file **files; /* by number; NULL: no names */
    size_t count, capacity;
    char *question;
    size_t question_capacity;
    struct symbol_writer answer;
    struct arena arena; /* of one answer */
};

static int fetch(const char *build_id)
{
    const int descriptor = symbol_jail_ask(SYMBOL_WANTS_DEBUGINFO, build_id);

    return descriptor < 0 ? -1 : descriptor;
}

/* Numbers are given out one after the other. */
static void open_file(struct server *server, struct symbol_reader *reader, int descriptor)
{
    const uint64_t number = symbol_read_number(reader);
    const char *path = symbol_read_text(reader);

    if (!path || number != server->count) {
        reader->wrong = true;
        return;
    }
    server->files = xgrow(server->files, &server->capacity, server->count + 1, sizeof *server->files);
    struct symbol_file *file = symbol_file_open(descriptor, path, server->fetch);
    server->files[server->count++] = file;
    symbol_write_text(&server->answer, file ? symbol_file_build_id(file) : NULL);
}

static struct symbol_file *read_file(const struct server *server, struct symbol_reader *reader)
{
    const uint64_t number = symbol_read_number(reader);

    if (number < server->count)
        return server->files[number];
    reader->wrong = true;
    return NULL;
}

static int send_answer(const struct server *server, uint32_t kind)
{
    return symbol_send(server->socket, kind, server->answer.bytes, server->answer.size, -1);
}

/* Sends all answers but the last. */
static void find_places(struct server *server, struct symbol_reader *reader)
{
    struct symbol_file *file = read_file(server, reader);
    struct symbol_place place;

    while (!reader->wrong) {
        place.address = symbol_read_number(reader);
        place.frame_count = 0;
        if (file && !reader->wrong)
            symbol_naming_place(file, place.address, &server->arena, &place);
        symbol_write_place(&server->answer, &place);
        if (reader->wrong || symbol_reader_is_done(reader))
            break;
        reader->wrong = send_answer(server, SYMBOL_PLACE) != 0;
        server->answer.size = 0;
        arena_reset(&server->arena);
    }
}

static void find_object(struct server *server, struct symbol_reader *reader)
{
    struct symbol_file *file = read_file(server, reader);
    const uint64_t offset = symbol_read_number(reader);
    const int64_t distance = (int64_t)symbol_read_number(reader);
    const bool code = symbol_read_number(reader) != 0;
    struct symbol_object object = {0};

    const bool found = file && symbol_naming_object(file, offset, distance, code, &server->arena, &object) == 0;
    symbol_write_number(&server->answer, found);
    symbol_write_object(&server->answer, &object);
}

static void demangle_name(struct server *server, struct symbol_reader *reader)
{
    const char *name = symbol_read_text(reader);
    char *plain = name ? demangle(name) : NULL;

    reader->wrong |= !name;
    symbol_write_text(&server->answer, plain);
    free(plain);
}

/* Returns the kind of the answer, or 0 if the question makes no sense. */
static uint32_t answer(struct server *server, uint32_t kind, struct symbol_reader *reader, int descriptor)
{
    switch (kind) {
    case SYMBOL_OPEN:
        open_file(server, reader, descriptor);
        break;
    case SYMBOL_FIND_PLACES:
        find_places(server, reader);
        break;
    case SYMBOL_FIND_OBJECT:
        find_object(server, reader);
        break;
    case SYMBOL_DEMANGLE:
        demangle_name(server, reader);
        break;
    default:
        return 0;
    }
    return symbol_reader_is_done(reader) ? kind + 1 : 0;
}

static bool serve_one(struct server *server)
{
    struct symbol_header header;
    int descriptor;

    if (symbol_receive_header(server->socket, UINT64_MAX, &header, &descriptor) != 0)
        return false;
    server->question = xgrow(server->question, &server->question_capacity, header.size, 1);
    if (symbol_receive(server->socket, UINT64_MAX, server->question, header.size) != 0)
        return false;
    struct symbol_reader reader = {.at = server->question, .end = server->question + header.size};
    server->answer.size = 0;
    const uint32_t kind = answer(server, header.kind, &reader, descriptor);
    const int error = kind ? send_answer(server, kind) : -EPROTO;
    arena_reset(&server->arena);
    return error == 0;
}

void symbol_server_run(int socket, bool debuginfod)
{
    struct server server = {.fetch = debuginfod ? fetch : NULL};

    unsetenv("DEBUGINFOD_URLS"); /* libdwfl would ask those servers itself */
    server.socket = symbol_jail_enter(socket);
    if (server.socket >= 0 && symbol_send(server.socket, SYMBOL_READY, NULL, 0, -1) == 0)
        while (serve_one(&server))
            ;
    _exit(0);
}
