/* SPDX-License-Identifier: MIT */
#include "who_points_at.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "leaks.h"
#include "pointer_chains.h"

/* A pointer of the roots to a block of which it is to be known. */
struct root_hit {
    struct pointer_step step;
    unsigned rank; /* the lowest is the most telling */
};

/* A block that roots may point to. */
struct sought_block {
    uint32_t number;
    uint64_t hit_count;
    size_t kept;
    struct root_hit hits[POINTER_PATHS_MAX]; /* by rank */
};

/* The holders of one block that was asked about: those with the shortest chains, and the first of the lost ones. */
struct holders {
    uint32_t target; /* NO_BLOCK: no block was found */
    uint32_t last;   /* holder that was counted last */
    uint64_t reachable, lost;
    uint32_t nearest[POINTER_PATHS_MAX], first_lost[POINTER_PATHS_MAX];
    size_t nearest_count, lost_count;
};

struct search {
    const struct pointer_question *question;
    struct block_index *index;
    struct pointer_chains chains;
    struct holders *holders; /* of each address */
    size_t count;
    bool *asked;                 /* by block */
    struct sought_block *sought; /* by number, each once */
    size_t sought_count;
};

/* ---- Blocks that hold pointers to a block ---------------------------------------------------------------------------------- */

static bool is_reachable(const struct search *search, uint32_t block)
{
    return search->chains.before[block] != NO_BLOCK;
}

/* Keeps the list sorted by the length of chains; equal ones stay in the order in which they came. */
static void add_nearest(const struct search *search, struct holders *holders, uint32_t holder)
{
    const uint32_t *lengths = search->chains.lengths;
    size_t place = holders->nearest_count;

    if (place == POINTER_PATHS_MAX && lengths[holder] >= lengths[holders->nearest[place - 1]])
        return;
    if (place == POINTER_PATHS_MAX)
        place--;
    else
        holders->nearest_count++;
    for (; place > 0 && lengths[holders->nearest[place - 1]] > lengths[holder]; place--)
        holders->nearest[place] = holders->nearest[place - 1];
    holders->nearest[place] = holder;
}

static void add_holder(const struct search *search, struct holders *holders, uint32_t holder)
{
    if (holders->last == holder)
        return;
    holders->last = holder;
    if (is_reachable(search, holder)) {
        holders->reachable++;
        add_nearest(search, holders, holder);
    } else {
        holders->lost++;
        if (holders->lost_count < POINTER_PATHS_MAX)
            holders->first_lost[holders->lost_count++] = holder;
    }
}

static void add_edge(struct search *search, uint32_t holder, uint32_t target)
{
    if (!search->asked[target])
        return;
    for (size_t i = 0; i < search->count; i++)
        if (search->holders[i].target == target)
            add_holder(search, &search->holders[i], holder);
}

static void find_holders(struct search *search)
{
    const struct pointer_graph *graph = search->question->graph;

    for (uint32_t holder = 0; holder < graph->block_count; holder++)
        for (uint64_t i = pointer_graph_row(graph, holder); i < pointer_graph_row(graph, holder + 1); i++) {
            const uint32_t edge = *pointer_graph_edge(graph, i);
            if (edge & EDGE_INTERIOR)
                i++;
            add_edge(search, holder, edge_target(edge));
        }
}

/* ---- Roots that hold pointers to blocks ------------------------------------------------------------------------------------ */

static int compare_sought(const void *left, const void *right)
{
    const struct sought_block *a = left, *b = right;

    return a->number < b->number ? -1 : a->number > b->number;
}

static struct sought_block *find_sought(const struct search *search, uint32_t number)
{
    const struct sought_block key = {.number = number};

    if (search->sought_count == 0)
        return NULL;
    return bsearch(&key, search->sought, search->sought_count, sizeof key, compare_sought);
}

/* The first block of the chain that leads to this one. */
static uint32_t chain_start(const struct search *search, uint32_t block)
{
    while (search->chains.lengths[block] > 1)
        block = search->chains.before[block];
    return block;
}

/* The blocks that were asked about, and those that the paths begin with. */
static void choose_sought(struct search *search)
{
    size_t kept = 0;

    search->sought = xcalloc(search->count * (POINTER_PATHS_MAX + 1), sizeof *search->sought);
    for (size_t i = 0; i < search->count; i++) {
        const struct holders *holders = &search->holders[i];
        if (holders->target == NO_BLOCK)
            continue;
        search->sought[search->sought_count++].number = holders->target;
        for (size_t k = 0; k < holders->nearest_count; k++)
            search->sought[search->sought_count++].number = chain_start(search, holders->nearest[k]);
    }
    if (search->sought_count > 0)
        qsort(search->sought, search->sought_count, sizeof *search->sought, compare_sought);
    for (size_t i = 0; i < search->sought_count; i++)
        if (i == 0 || search->sought[kept - 1].number != search->sought[i].number)
            search->sought[kept++] = search->sought[i];
    search->sought_count = kept;
}

/* What lies in a variable tells more than what may be left over in a register; a pointer to the start more than one inside. */
static unsigned rank_of(const struct pointer_step *step)
{
    static const unsigned ranks[] = {
        [ROOT_REGION] = 0, [ROOT_LIBC_DATA] = 1, [ROOT_RANGE] = 2,  [ROOT_DTV] = 3,      [ROOT_WORD] = 4,
        [ROOT_STACK] = 5,  [ROOT_THREAD] = 6,    [ROOT_EXEMPT] = 7, [ROOT_REGISTER] = 8,
    };
    enum { KINDS = sizeof ranks / sizeof *ranks };

    return ranks[step->root] + (step->offset != 0 ? KINDS : 0);
}

static void add_hit(struct sought_block *sought, const struct pointer_step *step)
{
    const unsigned rank = rank_of(step);
    size_t place = sought->kept;

    sought->hit_count++;
    if (place == POINTER_PATHS_MAX && rank >= sought->hits[place - 1].rank)
        return;
    if (place == POINTER_PATHS_MAX)
        place--;
    else
        sought->kept++;
    for (; place > 0 && sought->hits[place - 1].rank > rank; place--)
        sought->hits[place] = sought->hits[place - 1];
    sought->hits[place] = (struct root_hit){*step, rank};
}

static struct pointer_step root_step(const struct root_place *place)
{
    return (struct pointer_step){.root = place->kind, .tid = place->thread ? place->thread->tid : 0};
}

static void take_word(struct search *search, const struct root_place *place, uint64_t at, uint64_t word)
{
    const struct block_table *table = search->question->table;
    const uint32_t number = block_index_find(search->index, word);
    struct sought_block *sought = number == NO_BLOCK ? NULL : find_sought(search, number);

    if (sought == NULL)
        return;
    struct pointer_step step = root_step(place);
    step.offset = block_pointer_offset(table, number, word);
    if (step.offset != 0 && place->kind == ROOT_LIBC_DATA)
        return;
    if (place->kind == ROOT_REGISTER)
        step.register_index = (unsigned)at;
    else if (place->kind != ROOT_WORD)
        step.address = at;
    add_hit(sought, &step);
}

static void take_words(void *context, const struct root_place *place, uint64_t address, const uint64_t *words, size_t count)
{
    struct search *search = context;
    const uint64_t low = search->index->low, span = search->index->span;
    const size_t size = place->kind == ROOT_REGISTER || place->kind == ROOT_WORD ? 1 : sizeof *words;

    for (size_t i = 0; i < count; i++)
        if (words[i] - low < span)
            take_word(search, place, address + i * size, words[i]);
}

static void take_block(void *context, const struct root_place *place, uint32_t block)
{
    struct search *search = context;
    struct sought_block *sought = find_sought(search, block);
    const struct pointer_step step = root_step(place);

    if (sought)
        add_hit(sought, &step);
}

static void find_roots(struct search *search)
{
    struct range_reader reader;

    choose_sought(search);
    range_reader_init(&reader, &search->question->snapshot->memory);
    roots_walk(search->question->snapshot, search->index, &reader, &(struct root_visitor){take_words, take_block, search});
    range_reader_finish(&reader);
}

/* ---- Paths ----------------------------------------------------------------------------------------------------------------- */

/* Looks for the pointer of one block to another. */
struct reading {
    const struct search *search;
    uint32_t target;
    struct pointer_step *step;
    bool found; /* a pointer to the start; else the first into the inside, if there is one */
};

static void read_holder(void *context, uint64_t address, const uint64_t *words, size_t count)
{
    struct reading *reading = context;
    const struct block_table *table = reading->search->question->table;

    for (size_t i = 0; i < count && !reading->found; i++) {
        if (words[i] < table->blocks[reading->target].address || !block_holds(table, reading->target, words[i]))
            continue;
        const uint64_t offset = block_pointer_offset(table, reading->target, words[i]);
        if (offset != 0 && reading->step->address != 0)
            continue;
        reading->step->address = address + i * sizeof *words;
        reading->step->offset = offset;
        reading->found = offset == 0;
    }
}

static struct pointer_step block_step(const struct search *search, uint32_t holder, uint32_t target)
{
    const struct pointer_question *question = search->question;
    const struct heap_block *block = &question->table->blocks[holder];
    struct pointer_step step = {.in_block = true, .block = *block, .kind = leak_kind_of(question->marks[holder])};
    struct reading reading = {.search = search, .target = target, .step = &step};
    struct range_reader reader;

    range_reader_init(&reader, &question->snapshot->memory);
    range_reader_run(&reader, block->address, block_content_end(question->table, holder), read_holder, &reading);
    range_reader_finish(&reader);
    return step;
}

/* Step `index` of a path with `blocks[0]` in front and the block that was asked about at the end. */
static struct pointer_step step_of(const struct search *search, const uint32_t *blocks, size_t index)
{
    if (index > 0)
        return block_step(search, blocks[index - 1], blocks[index]);
    const struct sought_block *sought = find_sought(search, blocks[0]);
    return sought && sought->kept > 0 ? sought->hits[0].step : (struct pointer_step){.root = ROOT_WORD};
}

static void follow_chain(const struct search *search, uint32_t holder, uint32_t target, struct pointer_path *path)
{
    const size_t length = search->chains.lengths[holder], total = length + 1;
    uint32_t *blocks = xreallocarray(NULL, total, sizeof *blocks);

    blocks[length] = target;
    for (size_t i = length; i-- > 0; holder = search->chains.before[holder])
        blocks[i] = holder;
    *path = (struct pointer_path){.left_out = total > POINTER_STEPS_MAX ? total - POINTER_STEPS_MAX : 0};
    for (size_t i = 0; i < total; i++)
        if (i < POINTER_STEPS_MAX / 2 || i >= POINTER_STEPS_MAX / 2 + path->left_out)
            path->steps[path->count++] = step_of(search, blocks, i);
    free(blocks);
}

static void find_paths(const struct search *search, const struct holders *holders, struct pointer_answer *answer)
{
    const struct sought_block *sought = find_sought(search, holders->target);

    answer->paths = xcalloc(POINTER_PATHS_MAX, sizeof *answer->paths);
    for (size_t i = 0; i < sought->kept; i++)
        answer->paths[answer->path_count++] = (struct pointer_path){.steps = {sought->hits[i].step}, .count = 1};
    for (size_t i = 0; i < holders->nearest_count && answer->path_count < POINTER_PATHS_MAX; i++)
        follow_chain(search, holders->nearest[i], holders->target, &answer->paths[answer->path_count++]);
    for (size_t i = 0; i < holders->lost_count; i++)
        answer->lost[answer->lost_count++] = block_step(search, holders->first_lost[i], holders->target);
}

static void answer(const struct search *search, const struct holders *holders, struct pointer_answer *answer)
{
    if (holders->target == NO_BLOCK)
        return;
    answer->found = true;
    answer->block = search->question->table->blocks[holders->target];
    answer->kind = leak_kind_of(search->question->marks[holders->target]);
    answer->roots = find_sought(search, holders->target)->hit_count;
    answer->holders = holders->reachable;
    answer->lost_holders = holders->lost;
    find_paths(search, holders, answer);
}

struct pointer_answer *who_points_at(const struct pointer_question *question, const uint64_t *addresses, size_t count)
{
    struct pointer_answer *answers = xcalloc(count, sizeof *answers);
    struct search search = {.question = question, .count = count};

    search.index = block_index_create(question->table);
    search.holders = xcalloc(count, sizeof *search.holders);
    search.asked = xcalloc(question->table->count, sizeof *search.asked);
    for (size_t i = 0; i < count; i++) {
        const uint32_t target = block_index_find(search.index, addresses[i]);
        search.holders[i] = (struct holders){.target = target, .last = NO_BLOCK};
        if (target != NO_BLOCK)
            search.asked[target] = true;
        answers[i].address = addresses[i];
    }
    pointer_chains_init(&search.chains, question->graph);
    find_holders(&search);
    find_roots(&search);
    for (size_t i = 0; i < count; i++)
        answer(&search, &search.holders[i], &answers[i]);
    pointer_chains_finish(&search.chains);
    block_index_destroy(search.index);
    free(search.holders);
    free(search.asked);
    free(search.sought);
    return answers;
}

void pointer_answers_finish(struct pointer_answer *answers, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(answers[i].paths);
    free(answers);
}
