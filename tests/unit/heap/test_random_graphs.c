/* SPDX-License-Identifier: MIT
 * The kinds of random graphs, compared with a slow and simple reading of the definitions; and that order means nothing. */
#include <criterion/criterion.h>
#include <string.h>

#include "fake_process.h"
#include "heap/who_points_at.h"
#include "random.h"

#define BLOCKS_MAX 24

struct graph {
    size_t count;
    bool start[BLOCKS_MAX + 1][BLOCKS_MAX]; /* the last row: roots */
    bool interior[BLOCKS_MAX + 1][BLOCKS_MAX];
    unsigned epoch[BLOCKS_MAX];
    enum leak_kind kind[BLOCKS_MAX];
    bool reaches[BLOCKS_MAX][BLOCKS_MAX]; /* among lost blocks, in one step or more */
    size_t owner[BLOCKS_MAX];             /* of indirect blocks */
    bool ring[BLOCKS_MAX];                /* definite blocks that stand for a ring */
};

static void make_graph(struct graph *graph, uint64_t *random)
{
    memset(graph, 0, sizeof *graph);
    graph->count = 1 + random_next(random) % BLOCKS_MAX;
    uint64_t edges = random_next(random) % (graph->count * 2 + 1), epochs = 1 + random_next(random) % 3;
    uint64_t root_edges = random_next(random) % 4;

    for (size_t i = 0; i < graph->count; i++)
        graph->epoch[i] = random_next(random) % epochs;
    for (uint64_t i = 0; i < edges + root_edges; i++) {
        size_t from = i < edges ? random_next(random) % graph->count : BLOCKS_MAX, to = random_next(random) % graph->count;
        if (random_next(random) % 4 == 0)
            graph->interior[from][to] = true;
        else
            graph->start[from][to] = true;
    }
}

/* memcheck's definition: a pointer to the start from a reachable holder makes reachable, any other makes possible. */
static void raise_states(struct graph *graph)
{
    enum { LOST, POSSIBLE, REACHABLE } state[BLOCKS_MAX + 1] = {0};
    bool changed = true;

    for (state[BLOCKS_MAX] = REACHABLE; changed;) {
        changed = false;
        for (size_t from = 0; from <= BLOCKS_MAX; from++) {
            for (size_t to = 0; to < graph->count && state[from] != LOST; to++) {
                unsigned raised = graph->start[from][to] && state[from] == REACHABLE    ? REACHABLE
                                  : graph->start[from][to] || graph->interior[from][to] ? POSSIBLE
                                                                                        : LOST;
                changed |= raised > state[to];
                state[to] = raised > state[to] ? raised : state[to];
            }
        }
    }
    for (size_t i = 0; i < graph->count; i++)
        graph->kind[i] = state[i] == REACHABLE ? LEAK_REACHABLE : state[i] == POSSIBLE ? LEAK_POSSIBLE : LEAK_DEFINITE;
}

static void close_reaches(struct graph *graph)
{
    for (size_t i = 0; i < graph->count; i++)
        for (size_t j = 0; j < graph->count; j++)
            graph->reaches[i][j] = i != j && (graph->start[i][j] || graph->interior[i][j]) && graph->kind[i] == LEAK_DEFINITE &&
                                   graph->kind[j] == LEAK_DEFINITE;
    for (size_t k = 0; k < graph->count; k++)
        for (size_t i = 0; i < graph->count; i++)
            for (size_t j = 0; j < graph->count; j++)
                graph->reaches[i][j] |= graph->reaches[i][k] && graph->reaches[k][j];
}

/* Is the block older, or as old and lower? */
static bool precedes(const struct graph *graph, size_t a, size_t b)
{
    return graph->epoch[a] != graph->epoch[b] ? graph->epoch[a] < graph->epoch[b] : a < b;
}

static bool is_definite(struct graph *graph, size_t block)
{
    for (size_t other = 0; other < graph->count; other++) {
        if (!graph->reaches[other][block] || other == block)
            continue;
        if (!graph->reaches[block][other] || precedes(graph, other, block))
            return false;
        graph->ring[block] = true;
    }
    return true;
}

/* The rule that classify.h documents. */
static size_t find_owner(const struct graph *graph, const bool *definite, size_t block)
{
    size_t owner = BLOCKS_MAX;

    for (size_t i = 0; i < graph->count; i++)
        if (definite[i] && !graph->ring[i] && graph->reaches[i][block])
            return i;
    for (size_t i = 0; i < graph->count; i++)
        if (definite[i] && graph->reaches[i][block] && (owner == BLOCKS_MAX || precedes(graph, owner, i)))
            owner = i;
    return owner;
}

static void judge(struct graph *graph)
{
    bool definite[BLOCKS_MAX] = {0};

    raise_states(graph);
    close_reaches(graph);
    for (size_t i = 0; i < graph->count; i++)
        definite[i] = graph->kind[i] == LEAK_DEFINITE && is_definite(graph, i);
    for (size_t i = 0; i < graph->count; i++) {
        if (graph->kind[i] != LEAK_DEFINITE || definite[i])
            continue;
        graph->kind[i] = LEAK_INDIRECT;
        graph->owner[i] = find_owner(graph, definite, i);
    }
}

static uint64_t address_of(size_t block)
{
    return FAKE_HEAP + 16 + block * 4096;
}

/* Words go to random places of their holder. */
static struct fake_process *make_process(const struct graph *graph, uint64_t *random)
{
    struct fake_process *process = fake_create();

    for (size_t i = 0; i < graph->count; i++) {
        fake_block(process, address_of(i), BLOCKS_MAX * 32 + i);
        fake_last(process)->epoch = graph->epoch[i] & 511;
    }
    for (size_t from = 0; from <= BLOCKS_MAX; from++) {
        uint64_t base = from < BLOCKS_MAX ? address_of(from) : FAKE_DATA;
        size_t turn = random_next(random) % BLOCKS_MAX;
        for (size_t to = 0; to < graph->count; to++) {
            size_t place = (to + turn) % BLOCKS_MAX * 2;
            if (graph->start[from][to])
                fake_put(process, base + place * 8, address_of(to));
            if (graph->interior[from][to])
                fake_put(process, base + (place + 1) * 8, address_of(to) + 1 + random_next(random) % 200);
        }
    }
    return process;
}

static void compare(struct fake_process *process, struct graph *graph, uint64_t seed)
{
    struct leak_amount indirect[BLOCKS_MAX] = {0};

    for (size_t i = 0; i < graph->count; i++) {
        if (graph->kind[i] != LEAK_INDIRECT)
            continue;
        indirect[graph->owner[i]].blocks++;
        indirect[graph->owner[i]].bytes += BLOCKS_MAX * 32 + i;
    }
    for (size_t i = 0; i < graph->count; i++) {
        const struct leak_record *record = fake_record(process, address_of(i));
        cr_assert_eq(record->kind, graph->kind[i], "seed %lu block %zu: kind %d, not %d", (unsigned long)seed, i, record->kind,
                     graph->kind[i]);
        cr_assert_eq(record->direct.bytes, BLOCKS_MAX * 32 + i);
        cr_assert_eq(record->indirect.blocks, indirect[i].blocks, "seed %lu block %zu", (unsigned long)seed, i);
        cr_assert_eq(record->indirect.bytes, indirect[i].bytes);
        cr_assert_eq(record->cycle, graph->kind[i] == LEAK_DEFINITE && graph->ring[i]);
    }
}

Test(random_graphs, kinds_are_those_of_the_definitions)
{
    struct graph graph;
    size_t seen[LEAK_KINDS] = {0}, rings = 0;

    for (uint64_t seed = 1; seed <= 2500; seed++) {
        uint64_t random = seed;
        make_graph(&graph, &random);
        judge(&graph);
        struct fake_process *process = make_process(&graph, &random);
        fake_check(process);
        compare(process, &graph, seed);
        fake_destroy(process);
        for (size_t i = 0; i < graph.count; i++) {
            seen[graph.kind[i]]++;
            rings += graph.ring[i];
        }
    }
    /* The graphs are varied enough to mean something. */
    cr_expect_gt(seen[LEAK_DEFINITE], 1000);
    cr_expect_gt(seen[LEAK_INDIRECT], 1000);
    cr_expect_gt(seen[LEAK_POSSIBLE], 1000);
    cr_expect_gt(seen[LEAK_REACHABLE], 1000);
    cr_expect_gt(rings, 100);
}

static void reverse_words(struct fake_process *process, const struct graph *graph)
{
    for (size_t i = 0; i < graph->count; i++) {
        uint64_t words[BLOCKS_MAX * 2], base = address_of(i);
        memory_read(&process->snapshot.memory, base, words, sizeof words);
        for (size_t w = 0; w < BLOCKS_MAX * 2; w++)
            fake_put(process, base + w * 8, words[BLOCKS_MAX * 2 - 1 - w]);
    }
}

static void reverse_blocks(struct fake_process *process)
{
    struct snapshot *snapshot = &process->snapshot;

    for (size_t i = 0; i < snapshot->block_count / 2; i++) {
        struct heap_block block = snapshot->blocks[i];
        snapshot->blocks[i] = snapshot->blocks[snapshot->block_count - 1 - i];
        snapshot->blocks[snapshot->block_count - 1 - i] = block;
    }
    process->keep_order = true;
}

Test(random_graphs, neither_the_order_of_pointers_nor_that_of_blocks_matters)
{
    struct graph graph;

    for (uint64_t seed = 1; seed <= 500; seed++) {
        uint64_t random = seed;
        make_graph(&graph, &random);
        judge(&graph);
        struct fake_process *process = make_process(&graph, &random);
        reverse_words(process, &graph);
        reverse_blocks(process);
        fake_check(process);
        compare(process, &graph, seed);
        fake_destroy(process);
    }
}

/* What a suppressed block reaches is suppressed unless it is reachable; of the rest nothing changes. */
static void expect_suppressed(struct fake_process *process, struct graph *graph, size_t suppressed)
{
    bool below[BLOCKS_MAX] = {0}, changed = true;

    for (below[suppressed] = true; changed;) {
        changed = false;
        for (size_t i = 0; i < graph->count; i++) {
            for (size_t j = 0; j < graph->count && below[i]; j++) {
                bool added = !below[j] && (graph->start[i][j] || graph->interior[i][j]) && graph->kind[j] != LEAK_REACHABLE;
                changed |= added;
                below[j] |= added;
            }
        }
    }
    for (size_t i = 0; i < graph->count; i++)
        cr_assert_eq(fake_kind(process, address_of(i)), below[i] ? LEAK_SUPPRESSED : graph->kind[i]);
}

Test(random_graphs, suppression_takes_what_hangs_below)
{
    struct graph graph;

    for (uint64_t seed = 1; seed <= 1000; seed++) {
        uint64_t random = seed;
        make_graph(&graph, &random);
        judge(&graph);
        size_t suppressed = random_next(&random) % graph.count;
        if (graph.kind[suppressed] == LEAK_REACHABLE)
            continue;
        struct fake_process *process = make_process(&graph, &random);
        fake_suppress(process, address_of(suppressed), graph.kind[suppressed]);
        fake_check(process);
        expect_suppressed(process, &graph, suppressed);
        fake_destroy(process);
    }
}

/* ---- Who points at them ---- */

static uint64_t word_at(struct fake_process *process, uint64_t address)
{
    uint64_t word = 0;

    memory_read(&process->snapshot.memory, address, &word, sizeof word);
    return word;
}

/* Each pointer lies where it is said to, and leads to the next. */
static void follow_path(struct fake_process *process, const struct pointer_path *path, uint64_t target)
{
    cr_assert_gt(path->count, 0);
    cr_assert(!path->steps[0].in_block);
    for (size_t i = 0; i < path->count; i++) {
        const struct pointer_step *step = &path->steps[i];
        const bool last = i + 1 == path->count, gap = path->left_out > 0 && i + 1 == POINTER_STEPS_MAX / 2;
        const uint64_t next = last ? target : path->steps[i + 1].block.address;
        if (!gap)
            cr_assert_eq(word_at(process, step->address), next + step->offset);
        if (i > 0)
            cr_assert(step->in_block && step->address - step->block.address < step->block.size);
    }
}

/* Blocks, not counting the block itself, that hold a pointer to it, and of which the program can reach those of these kinds. */
static uint64_t count_holders(const struct graph *graph, size_t block, bool reachable)
{
    uint64_t count = 0;

    for (size_t from = 0; from < graph->count; from++) {
        const bool holds = from != block && (graph->start[from][block] || graph->interior[from][block]);
        const bool is_reachable = graph->kind[from] == LEAK_REACHABLE || graph->kind[from] == LEAK_POSSIBLE;
        count += holds && is_reachable == reachable;
    }
    return count;
}

static void check_answer(struct fake_process *process, const struct graph *graph, size_t block)
{
    const struct pointer_answer *answer = &process->result.answers[block];
    const uint64_t roots = graph->start[BLOCKS_MAX][block] + graph->interior[BLOCKS_MAX][block];

    cr_assert(answer->found);
    cr_assert_eq(answer->kind, graph->kind[block]);
    cr_assert_eq(answer->roots, roots);
    cr_assert_eq(answer->holders, count_holders(graph, block, true));
    cr_assert_eq(answer->lost_holders, count_holders(graph, block, false));
    const uint64_t places = roots + answer->holders;
    cr_assert_eq(answer->path_count, places < POINTER_PATHS_MAX ? places : POINTER_PATHS_MAX);
    cr_assert_eq(answer->path_count > 0, graph->kind[block] == LEAK_REACHABLE || graph->kind[block] == LEAK_POSSIBLE);
    for (size_t i = 0; i < answer->path_count; i++)
        follow_path(process, &answer->paths[i], address_of(block));
    for (size_t i = 0; i < answer->lost_count; i++)
        cr_assert_eq(word_at(process, answer->lost[i].address), address_of(block) + answer->lost[i].offset);
}

Test(random_graphs, paths_lead_from_the_roots_to_all_that_can_be_reached_and_to_nothing_else)
{
    struct graph graph;
    uint64_t addresses[BLOCKS_MAX];

    for (size_t i = 0; i < BLOCKS_MAX; i++)
        addresses[i] = address_of(i);
    for (uint64_t seed = 1; seed <= 500; seed++) {
        uint64_t random = seed;
        make_graph(&graph, &random);
        judge(&graph);
        struct fake_process *process = make_process(&graph, &random);
        process->wishes.addresses = addresses;
        process->wishes.address_count = graph.count;
        fake_check(process);
        for (size_t i = 0; i < graph.count; i++)
            check_answer(process, &graph, i);
        fake_destroy(process);
    }
}
