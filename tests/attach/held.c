/* SPDX-License-Identifier: MIT
 *
 * held MODE: takes blocks of known kinds, says "ready", and holds them until a byte comes on standard input. Ends with status 7.
 *   kinds    lost blocks, a lost list, one that only a pointer into it leads to, reachable ones
 *   many N   N blocks of 24 to 151 bytes, all reachable, in the arenas of four threads
 *   storm    eight threads that take and give back without end */
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { GOOD = 7, THREADS = 8, SLOTS = 256 };

struct element {
    struct element *next;
    char rest[40];
};

static void *held[3];

/* A thread of its own: nothing of it stays on a stack that is still used, or in registers. */
static void *lose(void *nothing)
{
    for (int i = 0; i < 3; i++)
        memset(malloc(100), 1, 100);
    struct element *list = NULL;
    for (int i = 0; i < 3; i++) {
        struct element *element = calloc(1, sizeof *element);
        element->next = list;
        list = element;
    }
    return nothing;
}

static void wait_for_byte(void)
{
    char byte;

    puts("ready");
    fflush(stdout);
    if (read(STDIN_FILENO, &byte, 1) != 1)
        _exit(1);
}

static void kinds(void)
{
    pthread_t loser;

    held[0] = calloc(1, 1000);
    held[1] = (char *)calloc(1, 2000) + 24;
    held[2] = calloc(1, 300000);
    if (pthread_create(&loser, NULL, lose, NULL) != 0 || pthread_join(loser, NULL) != 0)
        _exit(1);
    wait_for_byte();
}

struct share {
    size_t count;
    void **blocks;
};

static void *take_share(void *argument)
{
    struct share *share = argument;
    unsigned seed = 1;

    share->blocks = malloc(share->count * sizeof *share->blocks);
    for (size_t i = 0; share->blocks && i < share->count; i++) {
        share->blocks[i] = malloc(24 + (size_t)rand_r(&seed) % 128);
        memset(share->blocks[i], 0, 24);
    }
    return share;
}

/* In four arenas. */
static void many(size_t count)
{
    static struct share shares[4];
    pthread_t ids[4];

    for (size_t i = 0; i < 4; i++) {
        shares[i].count = count / 4;
        if (pthread_create(&ids[i], NULL, take_share, &shares[i]) != 0)
            _exit(1);
    }
    for (size_t i = 0; i < 4; i++)
        pthread_join(ids[i], NULL);
    wait_for_byte();
}

static atomic_bool over;

static void *take_and_give(void *number)
{
    void *slots[SLOTS] = {0};
    unsigned seed = (unsigned)(size_t)number;

    while (!over) {
        void **slot = &slots[rand_r(&seed) % SLOTS];
        free(*slot);
        *slot = malloc((size_t)rand_r(&seed) % 3000);
    }
    for (size_t i = 0; i < SLOTS; i++)
        free(slots[i]);
    return NULL;
}

static void storm(void)
{
    pthread_t ids[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        if (pthread_create(&ids[i], NULL, take_and_give, (void *)i) != 0)
            _exit(1);
    wait_for_byte();
    over = true;
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(ids[i], NULL);
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc == 2 && strcmp(argv[1], "kinds") == 0)
        kinds();
    else if (argc == 2 && strcmp(argv[1], "storm") == 0)
        storm();
    else if (argc == 3 && strcmp(argv[1], "many") == 0)
        many(strtoul(argv[2], NULL, 10));
    else
        return 2;
    return GOOD;
}
