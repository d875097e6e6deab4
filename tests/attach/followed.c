/* SPDX-License-Identifier: MIT
 *
 * followed MODE: takes blocks, and says "ready". Ends with status 7 if all that it saw was right.
 *   serve      does what each byte on standard input says, and answers with a line:
 *                l  loses 5 blocks of 100 bytes          f  frees a block from before it was ready
 *                r  makes a block from before larger     t  a thread loses 2 blocks of 200 bytes, and ends
 *                k  a child and a spawned program check  m  takes 1000 blocks and gives them back
 *                x  executes itself, to say "executed"   p  takes a block by a pointer from before it was ready
 *                q  ends
 *   storm      eight threads that take, check and give back blocks, until a byte comes
 *   sandboxed  waits for a byte under a seccomp filter that forbids nothing */
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <spawn.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { GOOD = 7, THREADS = 8, SLOTS = 256, BEFORE = 4 };

extern char **environ;

static void say(const char *word)
{
    puts(word);
    fflush(stdout);
}

static void require(bool good, int status)
{
    if (!good)
        _exit(status);
}

/* ---- On demand --------------------------------------------------------------------------------------------------------------- */

static char *before[BEFORE];
static unsigned char beginning[16]; /* of malloc, before anybody came */

static void __attribute__((noinline)) lose_before(void)
{
    for (int i = 0; i < 3; i++)
        memset(malloc(300), 1, 300);
}

/* In a thread of its own, so that no register and no stack that is used still has an address. */
static void *lose_after(void *nothing)
{
    for (int i = 0; i < 5; i++)
        memset(malloc(100), 1, 100);
    return nothing;
}

static void *lose_in_thread(void *nothing)
{
    for (int i = 0; i < 2; i++)
        memset(malloc(200), 1, 200);
    return nothing;
}

static void *prepare(void *nothing)
{
    lose_before();
    for (int i = 0; i < BEFORE; i++)
        before[i] = strcpy(malloc(5000), "kept");
    return nothing;
}

static void in_thread(void *(*work)(void *))
{
    pthread_t thread;

    require(pthread_create(&thread, NULL, work, NULL) == 0 && pthread_join(thread, NULL) == 0, 10);
}

static void take_and_give_back(void)
{
    void *blocks[1000];

    for (size_t i = 0; i < 1000; i++)
        require((blocks[i] = calloc(i + 1, 3)) != NULL, 11);
    for (size_t i = 0; i < 1000; i++)
        free(i % 2 ? blocks[i] : realloc(blocks[i], 7000));
}

static void *(*malloc_of_before)(size_t);

/* glibc hands out again what was freed last. Who does not see the second malloc sees two frees of one block. */
static void take_by_pointer(void)
{
    void *block = malloc(64);
    const uintptr_t place = (uintptr_t)block;

    free(block);
    block = malloc_of_before(64);
    require((uintptr_t)block == place, 27);
    free(block);
}

/* Children are not followed: their code must be as it was. */
static void have_children(void)
{
    char name[] = "true", *arguments[] = {name, NULL};
    int status;
    pid_t child = fork();

    if (child == 0) {
        take_and_give_back();
        _exit(memcmp((const void *)(uintptr_t)malloc, beginning, sizeof beginning) == 0 ? 0 : 12);
    }
    require(waitpid(child, &status, 0) == child && status == 0, 13);
    require(posix_spawnp(&child, name, NULL, NULL, arguments, environ) == 0, 14);
    require(waitpid(child, &status, 0) == child && status == 0, 15);
}

static void obey(int byte, char **argv, int *freed)
{
    switch (byte) {
    case 'l':
        in_thread(lose_after);
        break;
    case 'f':
        require(*freed < BEFORE, 16);
        free(before[(*freed)++]);
        break;
    case 'r':
        require((before[BEFORE - 1] = realloc(before[BEFORE - 1], 9000)) && strcmp(before[BEFORE - 1], "kept") == 0, 17);
        break;
    case 't':
        in_thread(lose_in_thread);
        break;
    case 'k':
        have_children();
        break;
    case 'm':
        take_and_give_back();
        break;
    case 'p':
        take_by_pointer();
        break;
    case 'x':
        execl(argv[0], argv[0], "executed", NULL);
        _exit(18);
    default:
        _exit(19);
    }
}

static void serve(char **argv)
{
    char byte;
    int freed = 0;

    malloc_of_before = malloc;
    memcpy(beginning, (const void *)(uintptr_t)malloc, sizeof beginning);
    in_thread(prepare);
    say("ready");
    for (;;) {
        require(read(STDIN_FILENO, &byte, 1) == 1, 26);
        if (byte == 'q')
            return;
        obey(byte, argv, &freed);
        say("done");
    }
}

/* ---- Storm ------------------------------------------------------------------------------------------------------------------- */

static atomic_bool over;

struct slot {
    unsigned char *block;
    size_t size;
};

/* Takes a block in one of several ways, and fills it so that a mix-up shows. */
static void take(struct slot *slot, unsigned *seed)
{
    const unsigned way = (unsigned)rand_r(seed) % 4;

    slot->size = 1 + (size_t)rand_r(seed) % 3000;
    if (way == 0)
        slot->block = calloc(1, slot->size);
    else if (way == 1)
        require(posix_memalign((void **)&slot->block, 64, slot->size) == 0, 20);
    else
        slot->block = malloc(slot->size);
    require(slot->block != NULL, 21);
    memset(slot->block, (int)(slot->size & 255), slot->size);
}

static void check(const struct slot *slot, size_t size)
{
    for (size_t i = 0; i < size; i++)
        require(slot->block[i] == (slot->size & 255), 22);
}

static void give(struct slot *slot, unsigned *seed)
{
    if (!slot->block)
        return;
    check(slot, slot->size);
    if (rand_r(seed) % 4 == 0) {
        slot->block = realloc(slot->block, slot->size / 2 + 1);
        check(slot, slot->size / 2);
    }
    free(slot->block);
    slot->block = NULL;
}

static void *take_and_give(void *number)
{
    struct slot slots[SLOTS] = {{0}};
    unsigned seed = (unsigned)(size_t)number;

    while (!over) {
        struct slot *slot = &slots[rand_r(&seed) % SLOTS];
        give(slot, &seed);
        take(slot, &seed);
    }
    for (size_t i = 0; i < SLOTS; i++)
        give(&slots[i], &seed);
    return NULL;
}

static void wait_for_byte(void)
{
    char byte;

    say("ready");
    require(read(STDIN_FILENO, &byte, 1) == 1, 23);
}

static void storm(void)
{
    pthread_t ids[THREADS];

    for (size_t i = 0; i < THREADS; i++)
        require(pthread_create(&ids[i], NULL, take_and_give, (void *)i) == 0, 24);
    wait_for_byte();
    over = true;
    for (size_t i = 0; i < THREADS; i++)
        pthread_join(ids[i], NULL);
}

/* ---- Sandbox ----------------------------------------------------------------------------------------------------------------- */

static void sandboxed(void)
{
    struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog program = {1, &allow};

    require(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0, 25);
    wait_for_byte();
}

int main(int argc, char **argv)
{
    setvbuf(stdout, NULL, _IONBF, 0);
    if (argc == 2 && strcmp(argv[1], "serve") == 0)
        serve(argv);
    else if (argc == 2 && strcmp(argv[1], "storm") == 0)
        storm();
    else if (argc == 2 && strcmp(argv[1], "sandboxed") == 0)
        sandboxed();
    else if (argc == 2 && strcmp(argv[1], "executed") == 0)
        say("executed");
    else
        return 2;
    return GOOD;
}
