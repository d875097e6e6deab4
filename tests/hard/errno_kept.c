/* SPDX-License-Identifier: MIT
 *
 * Every function that is hooked leaves errno alone where it succeeds, and sets it as natively where it fails; in the first thread,
 * in a new one, and in one that is to be cancelled: none of them is a cancellation point.
 *
 * cases: S12 S26
 * ways: run follow */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/shm.h>

#include "hard.h"

enum { UNTOUCHED = 4711, PAGE = 4096 };

/* Operators of C++, where there is a library for it: new, new[], delete and delete[]. */
static struct {
    void *(*new)(size_t size), *(*new_array)(size_t size), *(*new_or_null)(size_t size, const void *nothrow);
    void (*delete)(void *block), (*delete_array)(void *block);
} operators;

static const volatile size_t too_much = SIZE_MAX / 2;

/* Says what came of a call, and of errno. */
#define SHOW(call)                                                                                                                 \
    do {                                                                                                                           \
        errno = UNTOUCHED;                                                                                                         \
        bool succeeded = (call);                                                                                                   \
        int error = errno;                                                                                                         \
        printf("%s: %s, errno %d\n", #call, succeeded ? "yes" : "no", error);                                                      \
    } while (0)

/* The same where nothing comes of it. */
#define SHOW_VOID(call) SHOW(((call), true))

static void take_and_give(void)
{
    void *block, *other;

    SHOW((block = malloc(100)) != NULL);
    SHOW((block = realloc(block, 100000)) != NULL);
    SHOW((block = reallocarray(block, 10, 10)) != NULL);
    SHOW_VOID(free(block));
    SHOW_VOID(free(NULL));
    SHOW((block = calloc(10, 10)) != NULL);
    SHOW((other = realloc(block, 0)) != NULL);
    SHOW(posix_memalign(&block, 64, 100) == 0);
    SHOW_VOID(free(block));
    SHOW((block = aligned_alloc(64, 640)) != NULL);
    SHOW_VOID(free(block));
    SHOW((block = memalign(64, 100)) != NULL);
    SHOW_VOID(free(block));
    SHOW((block = valloc(100)) != NULL);
    SHOW_VOID(free(block));
    SHOW((block = pvalloc(100)) != NULL);
    SHOW_VOID(free(block));
    SHOW((block = malloc(1 << 20)) != NULL);
    SHOW_VOID(free(block));
}

static void find_operators(void)
{
    if (!dlopen("libstdc++.so.6", RTLD_NOW | RTLD_GLOBAL))
        return;
    operators.new = dlsym(RTLD_DEFAULT, "_Znwm");
    operators.new_array = dlsym(RTLD_DEFAULT, "_Znam");
    operators.new_or_null = dlsym(RTLD_DEFAULT, "_ZnwmRKSt9nothrow_t");
    operators.delete = dlsym(RTLD_DEFAULT, "_ZdlPv");
    operators.delete_array = dlsym(RTLD_DEFAULT, "_ZdaPv");
}

static void use_operators(void)
{
    void *block;

    if (!operators.new)
        return;
    SHOW((block = operators.new(100)) != NULL);
    SHOW_VOID(operators.delete(block));
    SHOW((block = operators.new_array(100)) != NULL);
    SHOW_VOID(operators.delete_array(block));
    SHOW(operators.new_or_null(too_much, NULL) != NULL);
}

static void fail(void)
{
    void *block = malloc(10);

    SHOW(malloc(too_much) != NULL);
    SHOW(calloc(too_much, 8) != NULL);
    SHOW(realloc(block, too_much) != NULL);
    SHOW(reallocarray(block, too_much, 8) != NULL);
    free(block);
    SHOW(posix_memalign(&block, 3, 10) == 0);
    SHOW(posix_memalign(&block, 64, too_much) == 0);
    SHOW(aligned_alloc(64, too_much) != NULL);
    SHOW(memalign(64, too_much) != NULL);
    SHOW(valloc(too_much) != NULL);
    SHOW(pvalloc(too_much) != NULL);
}

static void map(void)
{
    const volatile size_t nothing = 0;
    char *mapping;

    SHOW((mapping = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) != MAP_FAILED);
    SHOW((mapping = mremap(mapping, PAGE, 4 * PAGE, MREMAP_MAYMOVE)) != MAP_FAILED);
    SHOW(mremap(mapping, PAGE, PAGE, 0x1000) != MAP_FAILED);
    SHOW(munmap(mapping + 1, PAGE) == 0);
    SHOW(munmap(mapping, 4 * PAGE) == 0);
    SHOW(mmap(NULL, nothing, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED);
    SHOW(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, -1, 0) != MAP_FAILED);
    SHOW(sbrk(0) != (void *)-1);
    SHOW(sbrk(INTPTR_MAX / 2) != (void *)-1);
}

static void share(void)
{
    void *segment;
    int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);

    REQUIRE(id >= 0, "no segment");
    SHOW((segment = shmat(id, NULL, 0)) != (void *)-1);
    shmctl(id, IPC_RMID, NULL);
    SHOW(shmdt(segment) == 0);
    SHOW(shmdt(segment) == 0);
    SHOW(shmat(-1, NULL, 0) != (void *)-1);
}

static void load(void)
{
    void *library = dlopen("libBrokenLocale.so.1", RTLD_NOW);

    REQUIRE(library, "no library");
    SHOW(dlclose(library) == 0);
}

static void call_all(void)
{
    take_and_give();
    use_operators();
    fail();
    map();
    share();
    load();
}

static void *in_thread(void *unused)
{
    call_all();
    return NULL;
}

static void *in_cancelled(void *reached_the_end)
{
    pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
    pthread_cancel(pthread_self());
    void *block = NULL;
    int id = shmget(IPC_PRIVATE, PAGE, IPC_CREAT | 0600);
    pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
    free(reallocarray(realloc(calloc(1, 1), 10), 20, 20));
    if (posix_memalign(&block, 64, 10) == 0)
        free(block);
    free(aligned_alloc(64, 64));
    free(memalign(64, 64));
    free(valloc(1));
    free(pvalloc(1));
    if (operators.new) {
        operators.delete(operators.new(1));
        operators.delete_array(operators.new_array(1));
    }
    munmap(mremap(mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), PAGE, PAGE, 0), PAGE);
    sbrk(0);
    shmdt(shmat(id, NULL, 0));
    shmctl(id, IPC_RMID, NULL);
    *(bool *)reached_the_end = true;
    pthread_testcancel();
    return NULL;
}

int main(int argc, char *argv[])
{
    bool reached_the_end = false;
    pthread_t thread;
    void *result;

    find_operators();
    hard_begin(argc, argv);
    call_all();
    REQUIRE(pthread_create(&thread, NULL, in_thread, NULL) == 0, "no thread");
    pthread_join(thread, NULL);
    REQUIRE(pthread_create(&thread, NULL, in_cancelled, &reached_the_end) == 0, "no thread");
    pthread_join(thread, &result);
    REQUIRE(reached_the_end && result == PTHREAD_CANCELED, "cancelled too early, or not at all");
    return hard_ok();
}
