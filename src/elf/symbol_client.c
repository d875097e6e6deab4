/* SPDX-License-Identifier: MIT */
#include "symbol_client.h"

#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock_ns.h"
#include "base/mapped_files.h"
#include "base/xalloc.h"
#include "debuginfod.h"
#include "symbol_helper.h"
#include "symbol_server.h"

enum {
    FAILURES_MAX = 8,           /* after so many the helper is not started again */
    FILES_PER_QUESTION_MAX = 64 /* that it may ask for: a file has a few places where its debugging information may be */
};

struct symbol_client_file {
    char *path; /* NULL: it is no file, but all names that come from elsewhere: they have a limit like that of a file */
    uint64_t device, inode;
    char *build_id;
    const char *problem; /* NULL: none. Then nothing more is asked of it */
    uint64_t spent_ns;   /* on questions about it */
    unsigned helper;     /* which helper has it, counted from 1; 0: none */
    uint64_t number;     /* there */
};

struct symbol_client {
    struct symbolizer_settings settings;
    struct symbol_helper *helper; /* NULL: none runs */
    bool ready;                   /* it has locked itself in, and has its limits */
    unsigned helpers;             /* started so far */
    unsigned failures;
    uint64_t given; /* files that the present helper has */
    struct symbol_client_file **files;
    size_t count, capacity;
    struct symbol_client_file elsewhere;
    struct symbol_writer question;
    char *answer;
    size_t answer_capacity;
    struct symbol_place place; /* of it */
};

struct symbol_client *symbol_client_create(const struct symbolizer_settings *settings)
{
    struct symbol_client *client = xcalloc(1, sizeof *client);

    client->settings = *settings;
    if (!client->settings.serve)
        client->settings.serve = symbol_server_run;
    if (client->settings.question_ns == 0)
        client->settings.question_ns = SYMBOLIZER_QUESTION_NS;
    if (client->settings.file_ns == 0)
        client->settings.file_ns = SYMBOLIZER_FILE_NS;
    return client;
}

void symbol_client_destroy(struct symbol_client *client)
{
    symbol_helper_end(client->helper);
    for (size_t i = 0; i < client->count; i++) {
        free(client->files[i]->path);
        free(client->files[i]->build_id);
        free(client->files[i]);
    }
    free(client->files);
    symbol_writer_finish(&client->question);
    free(client->answer);
    free(client);
}

/* ---- The helper ------------------------------------------------------------------------------------------------------------ */

void symbol_client_start(struct symbol_client *client)
{
    if (client->helper || client->failures == FAILURES_MAX)
        return;
    client->helper = symbol_helper_start(client->settings.serve, client->settings.debuginfod);
    client->helpers++;
    client->ready = false;
    client->given = 0;
}

pid_t symbol_client_helper(const struct symbol_client *client)
{
    return client->helper ? symbol_helper_pid(client->helper) : 0;
}

static void give_up_helper(struct symbol_client *client)
{
    symbol_helper_end(client->helper);
    client->helper = NULL;
    client->failures++;
}

/* What it maps of a file is no memory that it takes. */
static void allow_mapping(const struct symbol_client *client, int descriptor)
{
    const pid_t pid = symbol_helper_pid(client->helper);
    struct stat status;
    struct rlimit limit;

    if (fstat(descriptor, &status) != 0 || prlimit(pid, RLIMIT_AS, NULL, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY)
        return;
    limit.rlim_cur += (rlim_t)status.st_size;
    if (limit.rlim_cur > limit.rlim_max)
        limit.rlim_cur = limit.rlim_max;
    prlimit(pid, RLIMIT_AS, &limit, NULL);
}

static bool is_elf(int descriptor)
{
    char magic[SELFMAG];

    return pread(descriptor, magic, sizeof magic, 0) == sizeof magic && memcmp(magic, ELFMAG, sizeof magic) == 0;
}

/* The helper may have been taken over, and would like to see other files: it gets none but regular ELF files. */
static int open_for_helper(const char *path)
{
    const struct mapped_file any = {.path = path};
    const int descriptor = path[0] == '/' ? mapped_file_open(path, &any) : -ENOENT;

    if (descriptor < 0 || is_elf(descriptor))
        return descriptor;
    close(descriptor);
    return -EACCES;
}

static int give(struct symbol_client *client, uint32_t kind, const char *text)
{
    int descriptor = -EACCES;

    if (kind == SYMBOL_WANTS_FILE)
        descriptor = open_for_helper(text);
    else if (client->settings.debuginfod)
        descriptor = debuginfod_fetch(text);
    const int64_t failure = descriptor < 0 ? -descriptor : 0;
    if (descriptor >= 0)
        allow_mapping(client, descriptor);
    const int error = symbol_send(symbol_helper_socket(client->helper), SYMBOL_GIVES, &failure, sizeof failure, descriptor);
    if (descriptor >= 0)
        close(descriptor);
    return error;
}

/* ---- Questions and answers ------------------------------------------------------------------------------------------------- */

static int receive(struct symbol_client *client, uint64_t deadline_ns, struct symbol_header *header)
{
    const int socket = symbol_helper_socket(client->helper);
    int descriptor;

    int error = symbol_receive_header(socket, deadline_ns, header, &descriptor);
    if (descriptor >= 0)
        close(descriptor);
    if (error)
        return error;
    client->answer = xgrow(client->answer, &client->answer_capacity, header->size, 1);
    return symbol_receive(socket, deadline_ns, client->answer, header->size);
}

/* Waits for the answer, and gives the helper what it asks for meanwhile, for which it has no time to lose. */
static int wait_for_answer(struct symbol_client *client, uint32_t wanted, struct symbol_reader *reader)
{
    uint64_t deadline_ns = clock_ns(CLOCK_MONOTONIC) + client->settings.question_ns;
    struct symbol_header header;

    for (unsigned asked = 0; asked <= FILES_PER_QUESTION_MAX; asked++) {
        int error = receive(client, deadline_ns, &header);
        if (error)
            return error;
        *reader = (struct symbol_reader){.at = client->answer, .end = client->answer + header.size};
        if (header.kind == wanted)
            return 0;
        const char *text = symbol_read_text(reader);
        if ((header.kind != SYMBOL_WANTS_FILE && header.kind != SYMBOL_WANTS_DEBUGINFO) || !text || !symbol_reader_is_done(reader))
            return -EPROTO;
        const uint64_t before_ns = clock_ns(CLOCK_MONOTONIC);
        error = give(client, header.kind, text);
        if (error)
            return error;
        deadline_ns += clock_ns(CLOCK_MONOTONIC) - before_ns;
    }
    return -EPROTO;
}

/* Sends what was written to client->question. */
static int send_question(const struct symbol_client *client, uint32_t kind, int descriptor)
{
    const struct symbol_writer *question = &client->question;

    return symbol_send(symbol_helper_socket(client->helper), kind, question->bytes, question->size, descriptor);
}

static const char *explain_failure(int error)
{
    switch (error) {
    case -ETIMEDOUT:
        return "reading them from it takes too long";
    case -EPROTO:
        return "what is read from it makes no sense";
    default:
        return "reading them from it ended the process that does that";
    }
}

/* ---- Files ----------------------------------------------------------------------------------------------------------------- */

static const char *explain_opening(int error)
{
    switch (error) {
    case -ESTALE:
        return "in its place there is another file than the one that was mapped";
    case -EINVAL:
        return "it is no regular file";
    default:
        return strerrordesc_np(-error);
    }
}

/* Gives the file to the present helper. Returns 0 or -errno of talking to it; a file that cannot be opened has a problem then. */
static int give_file(struct symbol_client *client, struct symbol_client_file *file)
{
    const struct mapped_file wanted = {file->path, file->device, file->inode};
    const int descriptor = mapped_files_open(client->settings.files, &wanted);
    struct symbol_reader reader;

    if (descriptor < 0) {
        file->problem = explain_opening(descriptor);
        return 0;
    }
    allow_mapping(client, descriptor);
    client->question.size = 0;
    symbol_write_number(&client->question, client->given);
    symbol_write_text(&client->question, file->path);
    int error = send_question(client, SYMBOL_OPEN, descriptor);
    if (!error)
        error = wait_for_answer(client, SYMBOL_OPENED, &reader);
    close(descriptor);
    if (error)
        return error;
    const char *build_id = symbol_read_text(&reader);
    if (!symbol_reader_is_done(&reader))
        return -EPROTO;
    free(file->build_id);
    file->build_id = build_id ? xstrdup(build_id) : NULL;
    file->helper = client->helpers;
    file->number = client->given++;
    return 0;
}

/* A question about a file: `count` numbers; or about a name from elsewhere. Without a kind the file is only given. */
struct question {
    uint32_t kind;
    const uint64_t *numbers;
    size_t count;
    const char *name;
};

static bool has_file(const struct symbol_client *client, const struct symbol_client_file *file)
{
    return client->helper && file->helper == client->helpers;
}

static int pose(struct symbol_client *client, const struct symbol_client_file *file, const struct question *question)
{
    client->question.size = 0;
    if (question->name)
        symbol_write_text(&client->question, question->name);
    else
        symbol_write_number(&client->question, file->number);
    for (size_t i = 0; i < question->count; i++)
        symbol_write_number(&client->question, question->numbers[i]);
    return send_question(client, question->kind, -1);
}

static int ask_once(struct symbol_client *client, struct symbol_client_file *file, const struct question *question,
                    struct symbol_reader *reader)
{
    int error = client->ready ? 0 : wait_for_answer(client, SYMBOL_READY, reader);

    client->ready = !error;
    if (!error && file->path && !has_file(client, file))
        error = give_file(client, file);
    if (error || file->problem || !question->kind)
        return error;
    error = pose(client, file, question);
    return error ? error : wait_for_answer(client, question->kind + 1, reader);
}

/* A helper that ends may have had too much of other files: this one is at fault if it ends one that has no other. Otherwise it may
 * be tried again. */
static void fail(struct symbol_client *client, struct symbol_client_file *file, int error)
{
    const uint64_t others = client->given - (has_file(client, file) ? 1 : 0);

    if (!client->ready && error == -EPIPE)
        file->problem = "the process that would read them cannot be locked in";
    else if (error != -EPIPE || others == 0)
        file->problem = explain_failure(error);
    give_up_helper(client);
}

/* A file that takes too long as a whole has made the helper fail as well: files of that kind must not be without end. */
static void count_time(struct symbol_client *client, struct symbol_client_file *file, uint64_t start_ns)
{
    file->spent_ns += clock_ns(CLOCK_MONOTONIC) - start_ns;
    if (!file->problem && file->spent_ns > client->settings.file_ns)
        fail(client, file, -ETIMEDOUT);
}

/* Returns whether there is an answer to read. */
static bool ask(struct symbol_client *client, struct symbol_client_file *file, const struct question *question,
                struct symbol_reader *reader)
{
    const uint64_t start_ns = clock_ns(CLOCK_MONOTONIC);
    int error = -EPIPE;

    while (error && !file->problem) {
        symbol_client_start(client);
        if (!client->helper)
            file->problem = "the process that would read them cannot be had, or has failed too often";
        else if ((error = ask_once(client, file, question, reader)) != 0)
            fail(client, file, error);
    }
    count_time(client, file, start_ns);
    return !error && !file->problem;
}

/* An answer that makes no sense is a failure like any other. */
static bool is_sound(struct symbol_client *client, struct symbol_client_file *file, const struct symbol_reader *reader)
{
    if (symbol_reader_is_done(reader))
        return true;
    fail(client, file, -EPROTO);
    return false;
}

struct symbol_client_file *symbol_client_open(struct symbol_client *client, const struct mapped_file *wanted)
{
    struct symbol_client_file *file = xcalloc(1, sizeof *file);
    struct symbol_reader reader;

    *file = (struct symbol_client_file){.path = xstrdup(wanted->path), .device = wanted->device, .inode = wanted->inode};
    client->files = xgrow(client->files, &client->capacity, client->count + 1, sizeof *client->files);
    client->files[client->count++] = file;
    ask(client, file, &(struct question){0}, &reader);
    return file;
}

const char *symbol_client_build_id(const struct symbol_client_file *file)
{
    return file->build_id;
}

const char *symbol_client_problem(const struct symbol_client_file *file)
{
    return file->problem;
}

void symbol_client_place(struct symbol_client *client, struct symbol_client_file *file, uint64_t offset, struct symbol_place *place)
{
    const struct question question = {.kind = SYMBOL_FIND_PLACES, .numbers = &offset, .count = 1};
    struct symbol_reader reader;

    place->address = offset;
    place->frame_count = 0;
    if (!ask(client, file, &question, &reader))
        return;
    symbol_read_place(&reader, place);
    if (!is_sound(client, file, &reader))
        place->frame_count = 0;
}

void symbol_client_places(struct symbol_client *client, struct symbol_client_file *file, const uint64_t *offsets, size_t count,
                          symbol_place_found *found, void *context)
{
    const uint64_t start_ns = clock_ns(CLOCK_MONOTONIC);
    struct symbol_reader reader;
    int error;

    if (file->problem || !has_file(client, file))
        return;
    error = pose(client, file, &(struct question){.kind = SYMBOL_FIND_PLACES, .numbers = offsets, .count = count});
    for (size_t i = 0; i < count && !error; i++) {
        error = wait_for_answer(client, SYMBOL_PLACE, &reader);
        if (error)
            break;
        symbol_read_place(&reader, &client->place);
        error = symbol_reader_is_done(&reader) ? 0 : -EPROTO;
        if (!error)
            found(context, offsets[i], &client->place);
    }
    if (error)
        fail(client, file, error);
    count_time(client, file, start_ns);
}

int symbol_client_object(struct symbol_client *client, struct symbol_client_file *file, uint64_t offset, int64_t distance,
                         bool code, struct symbol_object *object)
{
    const uint64_t numbers[] = {offset, (uint64_t)distance, code};
    const struct question question = {.kind = SYMBOL_FIND_OBJECT, .numbers = numbers, .count = sizeof numbers / sizeof *numbers};
    struct symbol_reader reader;

    if (!ask(client, file, &question, &reader))
        return -ENOENT;
    const bool found = symbol_read_number(&reader) != 0;
    symbol_read_object(&reader, object);
    return is_sound(client, file, &reader) && found ? 0 : -ENOENT;
}

const char *symbol_client_demangle(struct symbol_client *client, const char *name)
{
    const struct question question = {.kind = SYMBOL_DEMANGLE, .name = name};
    struct symbol_reader reader;

    if (strnlen(name, SYMBOL_TEXT_MAX) == SYMBOL_TEXT_MAX || !ask(client, &client->elsewhere, &question, &reader))
        return NULL;
    const char *plain = symbol_read_text(&reader);
    return is_sound(client, &client->elsewhere, &reader) ? plain : NULL;
}
