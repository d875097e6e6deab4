/* SPDX-License-Identifier: MIT
 *
 * How much of its caller's stack an allocation takes: at most 512 bytes where the stack is known already, at most 2 KiB else: in a
 * new thread, below frames never seen before, also such as take an expression to step out of. With an argument it says how much.
 *
 * cases: S18
 * ways: run follow
 * build: -Wl,-z,now */
#include <dlfcn.h>
#include <pthread.h>
#include <stdint.h>
#include <sys/mman.h>

#include "hard.h"

enum { DEPTH_MAX = 16384, PAINT = 0xa5, KNOWN_MAX = 512, FIRST_MAX = 2048, FRAMES = 40, LARGE = 1 << 20 };

struct allocator {
    void *(*malloc)(size_t size);
    void *(*calloc)(size_t count, size_t size);
    void *(*realloc)(void *block, size_t size);
    void *(*aligned_alloc)(size_t alignment, size_t size);
    void (*free)(void *block);
    void *(*mmap)(void *address, size_t size, int protection, int flags, int descriptor, off_t offset);
    int (*munmap)(void *address, size_t size);
    void *(*new)(size_t size); /* of C++ */
    void (*delete)(void *block);
};

typedef void allocation(const struct allocator *allocator);

static void take(const struct allocator *allocator)
{
    allocator->free(allocator->malloc(100));
}

static void take_zeroed(const struct allocator *allocator)
{
    allocator->free(allocator->calloc(10, 10));
}

static void take_and_move(const struct allocator *allocator)
{
    allocator->free(allocator->realloc(allocator->malloc(100), 1000));
}

static void take_aligned(const struct allocator *allocator)
{
    allocator->free(allocator->aligned_alloc(64, 640));
}

static void take_large(const struct allocator *allocator)
{
    allocator->free(allocator->malloc(LARGE));
}

static void take_by_operator(const struct allocator *allocator)
{
    allocator->delete (allocator->new (100));
}

static void map_and_unmap(const struct allocator *allocator)
{
    allocator->munmap(allocator->mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096);
}

/* How far below this frame the operation writes, in bytes. */
static __attribute__((noinline)) size_t depth_of(allocation *operation, const struct allocator *allocator)
{
    register uintptr_t stack_pointer __asm__("rsp");
    volatile char *top = (volatile char *)stack_pointer, *low = top - DEPTH_MAX;

    for (volatile char *byte = low; byte < top; byte++)
        *byte = (char)PAINT;
    operation(allocator);
    while (low < top && *low == (char)PAINT)
        low++;
    return (size_t)(top - low);
}

/* ---- What the operations take without an allocator --------------------------------------------------------------------------- */

static void *no_malloc(size_t size)
{
    return NULL;
}

static void *no_two(size_t count, size_t size)
{
    return NULL;
}

static void *no_realloc(void *block, size_t size)
{
    return NULL;
}

static void no_free(void *block)
{
}

static void *no_mmap(void *address, size_t size, int protection, int flags, int descriptor, off_t offset)
{
    return NULL;
}

static int no_munmap(void *address, size_t size)
{
    return 0;
}

static struct allocator real = {malloc, calloc, realloc, aligned_alloc, free, mmap, munmap, malloc, free};
static const struct allocator none = {no_malloc, no_two, no_realloc, no_two, no_free, no_mmap, no_munmap, no_malloc, no_free};

/* Where there is no library for C++, malloc() and free() stand in. Of a library that comes so late the shim looks the operators up
 * at their first call, which takes what dlsym(3) does. */
static void find_operators(void)
{
    if (!dlopen("libstdc++.so.6", RTLD_NOW | RTLD_GLOBAL))
        return;
    real.new = dlsym(RTLD_DEFAULT, "_Znwm");
    real.delete = dlsym(RTLD_DEFAULT, "_ZdlPv");
    take_by_operator(&real);
}

/* ---- Where ------------------------------------------------------------------------------------------------------------------- */

struct measurement {
    allocation *operation;
    size_t first, known; /* bytes of stack that the allocator takes */
};

__attribute__((used)) static void measure_here(struct measurement *measurement)
{
    size_t without = depth_of(measurement->operation, &none);

    for (int i = 0; i < 4; i++) {
        measurement->known = depth_of(measurement->operation, &real) - without;
        if (i == 0)
            measurement->first = measurement->known;
    }
}

/* Calls measure_here() from a frame whose end is described by an expression: rsp + 16. */
void measure_behind_expression(struct measurement *measurement);
__asm__(".text\n"
        ".type measure_behind_expression, @function\n"
        "measure_behind_expression:\n"
        ".cfi_startproc\n"
        "sub $8, %rsp\n"
        ".cfi_escape 0x0f, 0x02, 0x77, 0x10\n" /* DW_CFA_def_cfa_expression of 2 bytes, DW_OP_breg7 16 */
        "call measure_here\n"
        "add $8, %rsp\n"
        ".cfi_def_cfa %rsp, 8\n"
        "ret\n"
        ".cfi_endproc\n");

static __attribute__((noinline)) void descend(struct measurement *measurement, void (*measure)(struct measurement *), int frames)
{
    if (frames > 0)
        descend(measurement, measure, frames - 1);
    else
        measure(measurement);
    __asm__ volatile("");
}

static void *in_usual_frames(void *measurement)
{
    descend(measurement, measure_here, FRAMES);
    return NULL;
}

static void *in_odd_frames(void *measurement)
{
    descend(measurement, measure_behind_expression, FRAMES);
    return NULL;
}

static struct measurement measure(allocation *operation, void *(*where)(void *measurement))
{
    struct measurement measurement = {.operation = operation};
    pthread_t thread;

    REQUIRE(pthread_create(&thread, NULL, where, &measurement) == 0, "no thread");
    pthread_join(thread, NULL);
    return measurement;
}

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        allocation *operation;
    } all[] = {{"malloc", take},
               {"calloc", take_zeroed},
               {"realloc", take_and_move},
               {"aligned_alloc", take_aligned},
               {"a large block", take_large},
               {"new", take_by_operator},
               {"mmap", map_and_unmap}};

    find_operators();
    hard_begin(argc, argv);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        struct measurement usual = measure(all[i].operation, in_usual_frames), odd = measure(all[i].operation, in_odd_frames);
        if (argc > 1 && strcmp(argv[1], "show") == 0)
            printf("%s: known %zu, first %zu; odd frames %zu, first %zu\n", all[i].name, usual.known, usual.first, odd.known,
                   odd.first);
        REQUIRE(usual.known <= KNOWN_MAX, "%s takes %zu bytes of a known stack", all[i].name, usual.known);
        REQUIRE(usual.first <= FIRST_MAX && odd.first <= FIRST_MAX && odd.known <= FIRST_MAX,
                "%s takes %zu, %zu, %zu bytes of a new stack", all[i].name, usual.first, odd.first, odd.known);
    }
    return hard_ok();
}
