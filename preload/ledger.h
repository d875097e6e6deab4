/* SPDX-License-Identifier: MIT
 *
 * The ledger: what the shim writes down inside the target, and the supervisor reads from outside.
 *
 * This header is the only contract between the two sides. The shim (preload/) writes, the supervisor (tracer/) reads with
 * process_vm_readv, and neither ever waits for the other. Everything here lives in the target's private memory, so a fork copies it
 * together with the heap that it describes.
 *
 * A reader must treat every word as foreign data: the target may have scribbled over it. Check magic, version and struct sizes
 * first, then every pointer against the target's mappings and every index against the counts given here.
 */
#ifndef LW_LEDGER_H
#define LW_LEDGER_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>

/* The ELF symbol (in .dynsym of the shim) of the one `struct lw_ledger` of a process. */
#define LW_LEDGER_SYMBOL  "lw_ledger"
#define LW_LEDGER_MAGIC   UINT64_C(0x72656764654c574c) /* "LWLedger" in memory order */
#define LW_LEDGER_VERSION 2

/* The environment variable that carries the shim's settings, `name=value,...`; the shim removes it before main():
 *   callers=N       frames kept of each stack, 1..LW_MAX_FRAMES
 *   free-stacks=1   keep the stack of each free in its tombstone
 *   fail-first=N    allocations are counted, and from number N (1..) on they fail
 *   fail-last=N     the last one that fails; absent: all later ones do, too
 *   preload=TEXT    the value LD_PRELOAD had before (last field, may contain anything); absent: LD_PRELOAD was not set */
#define LW_ENVIRONMENT "LEAKWATCH_SHIM"

/* ---- Block words -------------------------------------------------------------------------------------------------------------
 *
 * One 64-bit word for each granule of heap address space. A granule is 32 bytes under glibc (its smallest chunk is 32 bytes, so at
 * most one block starts in a granule; bit 2 of the word tells in which half) and 8 bytes under any other allocator, see
 * lw_ledger.granule_shift. The word of the granule in which a block starts describes the block:
 *
 *   bits  0-1   enum lw_word_state
 *   bit   2     address bit 4 of the block, where a granule has 32 bytes
 *   bits  3-5   enum lw_family
 *   bit   6     ignored: the program asked not to report this block
 *   bits  7-15  epoch (marks and reports so far when the block was taken, saturating)
 *   bits 16-39  requested size in bytes; LW_SIZE_ELSEWHERE: the size stands in the next granule's word
 *   bits 40-63  id of the call site that took the block
 *
 * In a tombstone (LW_WORD_FREED) bits 16-39 hold the call site of the free if LW_FREE_STACKS is set, else the size as before.
 * A word in state LW_WORD_SIZE holds a size of at least LW_SIZE_ELSEWHERE in bits 2-63; it follows the word of a live block. */
enum lw_word_state { LW_WORD_NONE = 0, LW_WORD_LIVE = 1, LW_WORD_FREED = 2, LW_WORD_SIZE = 3 };
enum lw_family {
    LW_FAMILY_MALLOC = 0,    /* malloc, calloc, realloc, and the aligned C functions */
    LW_FAMILY_NEW = 1,       /* operator new */
    LW_FAMILY_NEW_ARRAY = 2, /* operator new[] */
    LW_FAMILY_MAPPING = 3,   /* mmap, mremap: not heap, but memory that somebody took */
    LW_FAMILY_SHM = 4,       /* shmat */
    LW_FAMILIES
};
#define LW_SIZE_BITS      24
#define LW_SIZE_ELSEWHERE ((UINT64_C(1) << LW_SIZE_BITS) - 1)
#define LW_SITE_BITS      24
#define LW_SITES_MAX      (UINT32_C(1) << LW_SITE_BITS)
#define LW_EPOCH_MAX      511

#define LW_WORD_STATE(w)      ((enum lw_word_state)((w)&3))
#define LW_WORD_HALF(w)       ((w) >> 2 & 1)
#define LW_WORD_FAMILY(w)     ((uint32_t)((w) >> 3 & 7))
#define LW_WORD_IGNORED(w)    ((w) >> 6 & 1)
#define LW_WORD_EPOCH(w)      ((uint32_t)((w) >> 7 & LW_EPOCH_MAX))
#define LW_WORD_SIZE_FIELD(w) ((w) >> 16 & LW_SIZE_ELSEWHERE)
#define LW_WORD_SITE(w)       ((uint32_t)((w) >> 40))

#define LW_GRANULE_SHIFT_GLIBC 5
#define LW_GRANULE_SHIFT_OTHER 3

/* The words of 1 MiB of addresses form a chunk. Address bits 47..33 select an entry of lw_ledger.directory, bits 32..20 an entry of
 * the table found there (both hold addresses, 0 = nothing recorded yet), which points to the chunk's
 * LW_CHUNK_SPAN >> granule_shift words. */
#define LW_CHUNK_SHIFT       20
#define LW_CHUNK_SPAN        (UINT64_C(1) << LW_CHUNK_SHIFT)
#define LW_TABLE_BITS        13
#define LW_TABLE_ENTRIES     (1 << LW_TABLE_BITS)
#define LW_TABLE_SHIFT       (LW_CHUNK_SHIFT + LW_TABLE_BITS)
#define LW_DIRECTORY_BITS    14
#define LW_DIRECTORY_ENTRIES (1 << LW_DIRECTORY_BITS)

/* ---- Call sites --------------------------------------------------------------------------------------------------------------
 *
 * A call site is a stack: its frames, innermost first, return addresses as found on the stack. Site ids count up from 1; id 0 is
 * "not known" (the walk or the table failed). Sites are only ever added. */
#define LW_MAX_FRAMES        128
#define LW_DEFAULT_FRAMES    30
#define LW_SITE_SEGMENT_BITS 12
#define LW_SITE_SEGMENT_SIZE (1 << LW_SITE_SEGMENT_BITS)
#define LW_SITE_SEGMENTS     (LW_SITES_MAX / LW_SITE_SEGMENT_SIZE)

struct lw_site {
    uint64_t hash;   /* of the frames and the generation; 0: this id was never used */
    uint64_t frames; /* address of frame_count 64-bit return addresses */
    uint16_t frame_count;
    uint16_t truncated;  /* 1: the walk ended before the outermost frame (odd code, or the limit) */
    uint32_t generation; /* lw_ledger.generation when the site was added: which modules were loaded */
    uint64_t next;       /* shim only: chain of the hash table */
    /* Totals since the start; what threads hold back in their lw_thread.deltas comes on top. */
    uint64_t taken_blocks;
    uint64_t taken_bytes;
    uint64_t given_blocks;
    uint64_t given_bytes;
    /* Live at the last peak copy (lw_ledger.peak_copy_bytes). */
    uint64_t peak_blocks;
    uint64_t peak_bytes;
};
static_assert(sizeof(struct lw_site) == 80, "read by another process");

/* ---- Threads -----------------------------------------------------------------------------------------------------------------
 *
 * Each thread holds back its counts in a small direct-mapped cache and publishes them when an entry is displaced, and its live
 * bytes in steps of LW_PUBLISH_STEP. Records are never freed; a new thread takes over that of a dead one with the same TCB address.
 */
#define LW_PUBLISH_STEP 65536
#define LW_DELTAS       64

struct lw_delta {
    uint64_t site; /* 0: entry unused; LW_SITES_MAX: stands for site 0 */
    uint64_t taken_blocks;
    uint64_t taken_bytes;
    uint64_t given_blocks;
    uint64_t given_bytes;
};

struct lw_thread {
    uint64_t next;   /* address of the next struct lw_thread, 0 at the end */
    uint64_t tcb;    /* value of fs:0, the thread's control block */
    uint32_t number; /* 1 for the first thread that allocated, then counting up */
    uint32_t reserved;
    /* A block between "cleared" and "written again" by realloc: still live. 0: none. */
    uint64_t moving_address;
    uint64_t moving_word;
    uint64_t moving_size;
    int64_t unpublished_bytes;     /* live bytes not yet in lw_ledger.live_bytes */
    int64_t unpublished_bytes_max; /* its maximum since the last publication */
    struct lw_delta deltas[LW_DELTAS];
};
static_assert(offsetof(struct lw_thread, deltas) == 64, "read by another process");
static_assert(sizeof(struct lw_thread) == 64 + LW_DELTAS * 40, "read by another process");

/* ---- Faults ----------------------------------------------------------------------------------------------------------------- */
enum lw_fault_kind { LW_FAULT_DOUBLE_FREE = 1, LW_FAULT_INVALID_FREE = 2, LW_FAULT_MISMATCHED_FREE = 3 };
#define LW_FAULTS 64

struct lw_fault {
    uint32_t kind;   /* enum lw_fault_kind, written last; 0: not (yet) written */
    uint32_t thread; /* lw_thread.number */
    uint64_t address;
    uint64_t size;        /* requested size of the block; 0: not known */
    uint32_t site;        /* of the faulty call */
    uint32_t taken_site;  /* where the block was taken; 0: not known */
    uint32_t given_site;  /* where it was freed first; 0: not known */
    uint8_t taken_family; /* enum lw_family */
    uint8_t given_family; /* enum lw_family: what the faulty call would have matched */
    uint16_t count;       /* how often, same kind and sites; saturating */
};
static_assert(sizeof(struct lw_fault) == 40, "read by another process");

/* ---- Memory the ledger has mapped -------------------------------------------------------------------------------------------- */
#define LW_ARENA_SIZE_MAX (UINT64_C(4) << 20) /* no arena is larger */
struct lw_arena {
    uint64_t next; /* address of the arena mapped before this one, 0 at the end */
    uint64_t size; /* bytes mapped, this header included */
    uint64_t used; /* bytes handed out, may exceed size where a request did not fit */
};
static_assert(sizeof(struct lw_arena) == 24, "read by another process");

/* ---- Failures made on purpose -------------------------------------------------------------------------------------------------
 *
 * Where LW_FAILING is set, every allocation of the program is counted from 1, in all threads together: calls of malloc, calloc,
 * realloc (of whatever size, but for those that free: a size of 0), reallocarray, posix_memalign, aligned_alloc, memalign, valloc
 * and pvalloc, operators new at the one that they make. Counting begins when the shim has started, after the constructors of
 * the libraries that the program is linked with, which are not counted. A fork goes on from the count of its copy. */
struct lw_failures {
    uint64_t first, last; /* numbers of the allocations that fail, both included */
    uint64_t seen;        /* allocations counted so far */
    uint64_t made;        /* that failed */
    uint64_t bytes;       /* asked for by the first that failed */
    uint32_t site;        /* its call site; 0: not known (yet) */
    uint32_t reserved;
};
static_assert(sizeof(struct lw_failures) == 48, "read by another process");

#define LW_ROOT_REGIONS 64
struct lw_root_region {
    uint64_t address;
    uint64_t size; /* bytes; 0: entry unused */
};

/* ---- The ledger -------------------------------------------------------------------------------------------------------------- */
enum lw_flags {
    LW_READY = 1,       /* hooks are in place, blocks are recorded */
    LW_OFF = 2,         /* the shim switched itself off; off_reason says why; what is recorded is incomplete */
    LW_FREE_STACKS = 4, /* tombstones carry the call site of the free */
    LW_GLIBC = 8,       /* the hooked allocator is glibc's own */
    LW_FAILING = 16,    /* allocations are counted, and some fail: lw_ledger.failures */
    LW_LATE = 32,       /* loaded into a process that was running: there are blocks that are not recorded, see lw_late */
};
enum lw_off_reason { LW_OFF_NO_MEMORY = 1, LW_OFF_NO_SYMBOLS = 2 };

struct lw_ledger {
    uint64_t magic; /* LW_LEDGER_MAGIC once the shim runs */
    uint32_t version;
    uint32_t size;       /* sizeof(struct lw_ledger) */
    uint32_t flags;      /* enum lw_flags */
    uint32_t off_reason; /* enum lw_off_reason */
    uint32_t granule_shift;
    uint32_t callers;    /* frames kept of each stack */
    uint32_t generation; /* goes up whenever a module was unloaded: addresses may mean something else from then on */
    uint32_t epoch;      /* goes up with each mark and each report; written by the supervisor too */
    uint32_t site_count; /* highest id handed out; ids 1..site_count are looked up in site_segments */
    uint32_t thread_count;
    uint64_t arenas;          /* address of the newest struct lw_arena */
    uint64_t threads;         /* address of the newest struct lw_thread */
    uint64_t mapped_bytes;    /* mapped for the ledger, all arenas */
    uint64_t live_bytes;      /* published by all threads; what they hold back comes on top */
    uint64_t peak_bytes;      /* highest live_bytes seen */
    uint64_t peak_copy_bytes; /* live_bytes at the time when lw_site.peak_* were copied */
    uint64_t lost_blocks;     /* blocks that could not be recorded */
    uint64_t confined;        /* written by the supervisor; 1: the program has forbidden itself mmap, and would be killed for it */
    uint64_t suppressions;    /* address of the string of __lsan_default_suppressions(), 0: none */
    uint64_t lsan_options;    /* address of the string of __lsan_default_options(), 0: none */
    uint32_t fault_count;     /* may exceed LW_FAULTS: the rest was only counted */
    uint32_t root_region_count; /* entries of root_regions in use, gaps included */
    struct lw_failures failures;
    struct lw_fault faults[LW_FAULTS];
    struct lw_root_region root_regions[LW_ROOT_REGIONS];
    uint64_t site_segments[LW_SITE_SEGMENTS]; /* addresses of LW_SITE_SEGMENT_SIZE struct lw_site; [0] starts with id 0 */
    uint64_t directory[LW_DIRECTORY_ENTRIES];
};
static_assert(offsetof(struct lw_ledger, faults) == 184, "read by another process");

/* ---- Coming late ----------------------------------------------------------------------------------------------------------------
 *
 * A shim that is loaded into a running process interposes nothing. It finds out which functions there are to be hooked, and the
 * supervisor puts jumps to its own in their place, with all threads stopped. What the jumps have overwritten is kept here, so that
 * whoever comes next can take them out, if the supervisor was killed. With LW_LATE set, the free of an address that was never
 * recorded is no fault: it leaves a tombstone with no call site, so that the supervisor can tell which of the blocks from before
 * are gone. */
#define LW_LATE_SYMBOL  "lw_late"
#define LW_LATE_MAGIC   UINT64_C(0x6574614c4c57574c)
#define LW_LATE_VERSION 2
#define LW_LATE_HOOKS   64
#define LW_LATE_ISLANDS 8
#define LW_LATE_SLOTS   4096

enum lw_hook_group {
    LW_HOOK_NEEDED,   /* without it blocks would be missed, or frees of blocks that are recorded */
    LW_HOOK_OPERATOR, /* of C++: all or none, or new and delete would not match */
    LW_HOOK_WANTED,   /* better with it */
};

struct lw_hook {
    char name[48];
    uint64_t function; /* address of what is to be hooked, the first of that name in search order; 0: nobody defines it */
    uint64_t size;     /* bytes of code; 0: not known */
    uint64_t hook;     /* address of our function */
    uint64_t real;     /* address of the pointer through which our function calls the one that it hooks */
    uint32_t group;    /* enum lw_hook_group */
    /* By the supervisor: */
    uint32_t hooked;     /* 1: a jump is in place of the beginning of the function */
    uint8_t original[8]; /* what the beginning is without */
    uint64_t island;     /* where the jump leads; 0: it was never made */
};
static_assert(sizeof(struct lw_hook) == 104, "read and written by another process");

/* A place from which an object takes the address of a function that it calls. Where no jump can be put into the function, such
 * places lead to our function instead. */
struct lw_slot {
    uint64_t address;
    uint64_t original; /* what it held */
    uint64_t hook;     /* number in lw_late.hooks */
};

struct lw_late {
    uint64_t magic; /* LW_LATE_MAGIC once all is found out */
    uint32_t version;
    uint32_t size; /* sizeof(struct lw_late) */
    uint32_t hook_count;
    uint32_t island_count;
    uint64_t reset; /* address of a function without parameters: makes the ledger empty again */
    /* By the supervisor: the code of the allocator itself. It frees blocks that are free for the program already, at the end of a
     * thread for instance. */
    uint64_t allocator_start, allocator_end;
    /* By the supervisor: what it has mapped for code that leads to the hooks and back; never unmapped. */
    struct lw_island {
        uint64_t start, size, used;
    } islands[LW_LATE_ISLANDS];
    struct lw_hook hooks[LW_LATE_HOOKS];
    /* By the supervisor: slots that lead to our functions now, or soon. */
    uint64_t slot_count;
    struct lw_slot slots[LW_LATE_SLOTS];
};
static_assert(offsetof(struct lw_late, hooks) == 240, "read and written by another process");

/* ---- Asking the supervisor ---------------------------------------------------------------------------------------------------
 *
 * prctl(LW_REQUEST, enum lw_request, argument): unknown to the kernel (EINVAL), so harmless without a supervisor; the supervisor's
 * seccomp filter stops at it, acts, and sets the result. */
#define LW_REQUEST 0x4c574348 /* "LWCH" */
/* "Descriptor" of the shim's own anonymous mappings. */
#define LW_OWN_MAPPING (-0x4c57)
enum lw_request {
    LW_REQUEST_CHECK = 1,    /* check for leaks now; result: number of leaked blocks that count as errors */
    LW_REQUEST_MARK = 2,     /* argument: address of a NUL-terminated name; result 0 */
    LW_REQUEST_FINAL = 3,    /* as CHECK, and do not report leaks again at the end */
    LW_REQUEST_REALTIME = 4, /* the real-time part of the program begins; result 0 */
};

#endif
