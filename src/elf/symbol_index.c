/* SPDX-License-Identifier: MIT */
#include "symbol_index.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"

struct symbol {
    uint64_t low, high; /* [low, high) */
    const char *name;
    unsigned rank; /* the lowest is the best name */
};

struct symbol_index {
    struct symbol *symbols; /* no two begin at the same address */
    size_t count, capacity;
};

/* How many symbols in front of an address are looked at: labels stand within functions, functions within functions are rare. */
#define NESTING_MAX 32

static bool is_of_kind(const GElf_Sym *symbol, GElf_Word section, enum symbol_kind kind)
{
    unsigned type = GELF_ST_TYPE(symbol->st_info);

    if (section == SHN_UNDEF || section == SHN_ABS)
        return false;
    if (kind == SYMBOL_OBJECT)
        return type == STT_OBJECT && symbol->st_size > 0;
    return type == STT_FUNC || type == STT_GNU_IFUNC || type == STT_NOTYPE;
}

/* Names without a size are labels, which count only outside of functions; leading underscores mark names that are not for use; what
 * is exported is what people know. */
#define NO_SIZE 64
static unsigned rank_of(const GElf_Sym *symbol, const char *name)
{
    size_t underscores = strspn(name, "_");
    unsigned binding = GELF_ST_BIND(symbol->st_info);
    bool mangled = underscores == 1 && (name[1] == 'Z' || name[1] == 'R' || name[1] == 'D');
    unsigned rank = symbol->st_size == 0 ? NO_SIZE : 0;

    rank += mangled ? 0 : 4 * (underscores < 15 ? (unsigned)underscores : 15);
    return rank + (binding == STB_GLOBAL ? 0 : binding == STB_WEAK ? 1 : 2);
}

static void add_symbol(struct symbol_index *index, const GElf_Sym *symbol, uint64_t address, const char *name)
{
    uint64_t high;

    if (__builtin_add_overflow(address, symbol->st_size, &high))
        return;
    index->symbols = xgrow(index->symbols, &index->capacity, index->count + 1, sizeof *index->symbols);
    index->symbols[index->count++] = (struct symbol){address, high, name, rank_of(symbol, name)};
}

static int compare_symbols(const void *a, const void *b)
{
    const struct symbol *left = a, *right = b;

    if (left->low != right->low)
        return left->low < right->low ? -1 : 1;
    if (left->rank != right->rank)
        return left->rank < right->rank ? -1 : 1;
    return strcmp(left->name, right->name);
}

/* Keeps the best name of each address, and lets what has no size reach up to the next symbol. */
static void tidy(struct symbol_index *index)
{
    size_t kept = 0;

    if (index->count == 0)
        return;
    qsort(index->symbols, index->count, sizeof *index->symbols, compare_symbols);
    for (size_t i = 1; i < index->count; i++) {
        struct symbol *last = &index->symbols[kept];
        if (index->symbols[i].low != last->low) {
            if (last->high == last->low)
                last->high = index->symbols[i].low;
            index->symbols[++kept] = index->symbols[i];
        } else if (index->symbols[i].high > last->high) {
            last->high = index->symbols[i].high;
        }
    }
    index->count = kept + 1;
}

struct symbol_index *symbol_index_create(Dwfl_Module *module, enum symbol_kind kind)
{
    struct symbol_index *index = xcalloc(1, sizeof *index);
    int count = dwfl_module_getsymtab(module);
    GElf_Sym symbol;
    GElf_Addr address;
    GElf_Word section;

    for (int i = 1; i < count; i++) {
        const char *name = dwfl_module_getsym_info(module, i, &symbol, &address, &section, NULL, NULL);
        if (name != NULL && name[0] != '\0' && is_of_kind(&symbol, section, kind))
            add_symbol(index, &symbol, address, name);
    }
    tidy(index);
    return index;
}

void symbol_index_destroy(struct symbol_index *index)
{
    if (index == NULL)
        return;
    free(index->symbols);
    free(index);
}

const char *symbol_index_find(const struct symbol_index *index, uint64_t address, uint64_t *start)
{
    size_t from = 0, to = index->count;

    while (from < to) {
        size_t middle = from + (to - from) / 2;
        if (index->symbols[middle].low <= address)
            from = middle + 1;
        else
            to = middle;
    }
    const struct symbol *found = NULL;
    for (size_t i = 0; i < NESTING_MAX && from > 0; i++) {
        const struct symbol *symbol = &index->symbols[--from];
        if (address >= symbol->high)
            continue;
        if (!found || symbol->rank < NO_SIZE)
            found = symbol;
        if (symbol->rank < NO_SIZE)
            break;
    }
    if (!found)
        return NULL;
    *start = found->low;
    return found->name;
}
