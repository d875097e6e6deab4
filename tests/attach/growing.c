/* SPDX-License-Identifier: MIT
 *
 * growing MODE: says "ready", and then waits for bytes on standard input. `g`: does something and says "ready" again. Any other
 * byte ends it, with status 7. steps     takes blocks at each g: some are lost, some are kept, and of others as many are given back
 *   objects   holds structures that begin with a pointer to a table of functions, and tells where: lines of a name and an address
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GOOD = 7, LOST = 3, KEPT = 2 };

static void say_ready(void)
{
    puts("ready");
    fflush(stdout);
}

static char wait_for_byte(void)
{
    char byte;

    if (read(STDIN_FILENO, &byte, 1) != 1)
        _exit(1);
    return byte;
}

/* Nothing of it stays on a stack that is still used, or in registers. */
static void in_a_thread(void *(*work)(void *))
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, work, NULL) != 0 || pthread_join(thread, NULL) != 0)
        _exit(1);
}

/* ---- Steps ---- */

struct kept {
    struct kept *next;
    char rest[1992];
};

static struct kept *all_kept;
static void *changing;

static void *step(void *nothing)
{
    for (int i = 0; i < LOST; i++)
        memset(malloc(1000), 1, 1000);
    for (int i = 0; i < KEPT; i++) {
        struct kept *kept = calloc(1, sizeof *kept);
        kept->next = all_kept;
        all_kept = kept;
    }
    free(changing);
    changing = calloc(1, 504);
    return nothing;
}

static void steps(void)
{
    do {
        in_a_thread(step);
        say_ready();
    } while (wait_for_byte() == 'g');
}

/* ---- Objects ---- */

struct operations {
    void (*open)(void);
    void (*close)(void);
};

static void open_it(void)
{
}

static void close_it(void)
{
}

static const struct operations file_operations = {open_it, close_it};

struct file {
    const struct operations *operations;
    struct file *next;
    char *middle;
    char rest[40];
};

struct table {
    long count;
    struct file *files[4];
};

static struct table open_files = {.count = 1};
static void *bss_variable;
static void **callback;
static __thread void *of_thread;

static struct file *new_file(struct file *next)
{
    struct file *file = calloc(1, sizeof *file);

    file->operations = &file_operations;
    file->next = next;
    return file;
}

static void *make_objects(void *nothing)
{
    struct file *last = new_file(NULL), *first = new_file(new_file(last));
    struct file *lost = new_file(NULL);

    open_files.files[2] = first;
    printf("first %p\nlast %p\n", (void *)first, (void *)last);
    lost->middle = (char *)calloc(1, 400) + 100;
    printf("lost %p\nmiddle %p\n", (void *)lost, (void *)lost->middle);
    bss_variable = calloc(1, 700);
    callback = calloc(1, 24);
    *callback = (void *)close_it;
    printf("variable %p\ncallback %p\n", bss_variable, (void *)callback);
    strcpy(bss_variable, "caf\xe9");
    return nothing;
}

static void objects(void)
{
    say_ready();
    in_a_thread(make_objects);
    of_thread = calloc(1, 800);
    printf("thread %p\nend 0x0\n", of_thread);
    fflush(stdout);
    wait_for_byte();
}

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "steps") == 0)
        steps();
    else if (argc == 2 && strcmp(argv[1], "objects") == 0)
        objects();
    else
        return 2;
    return GOOD;
}
