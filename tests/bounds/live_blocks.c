/* SPDX-License-Identifier: MIT
 *
 * usage: live_blocks NUMBER SHAPE [wait]
 * Takes so many blocks of 16 bytes and ends with them, or waits until its input ends. "single": nothing points to a block; "table":
 * one block points to all others, and is held; "list": each points to the one before it, and the last is held; "ring": each points
 * to both neighbours, and nothing else does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct node {
    struct node *next, *previous;
};

static void *volatile held;

static struct node *take(void)
{
    struct node *node = calloc(1, sizeof *node);

    if (node == NULL)
        exit(99);
    return node;
}

static void take_singles(size_t count)
{
    for (size_t i = 0; i < count; i++)
        *(struct node *volatile *)&(struct node *){NULL} = take();
}

static void take_table(size_t count)
{
    struct node **table = calloc(count, sizeof *table);

    for (size_t i = 0; table && i + 1 < count; i++)
        table[i] = take();
    held = table;
}

static void take_list(size_t count)
{
    struct node *last = NULL;

    for (size_t i = 0; i < count; i++) {
        struct node *node = take();
        node->next = last;
        last = node;
    }
    held = last;
}

static void take_ring(size_t count)
{
    struct node *first = take(), *last = first;

    for (size_t i = 1; i < count; i++) {
        struct node *node = take();
        node->previous = last;
        last->next = node;
        last = node;
    }
    last->next = first;
    first->previous = last;
}

static const struct {
    const char *name;
    void (*take)(size_t count);
} shapes[] = {{"single", take_singles}, {"table", take_table}, {"list", take_list}, {"ring", take_ring}};

int main(int argc, char *argv[])
{
    char byte;

    if (argc < 3)
        return 2;
    for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++)
        if (strcmp(shapes[i].name, argv[2]) == 0)
            shapes[i].take(strtoul(argv[1], NULL, 10));
    puts("ready");
    fflush(stdout);
    while (argc > 3 && read(STDIN_FILENO, &byte, 1) > 0)
        continue;
    _exit(0);
}
