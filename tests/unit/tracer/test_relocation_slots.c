/* SPDX-License-Identifier: MIT */
#include "elf/relocation_slots.h"

#include <elf.h>
#include <errno.h>
#include <link.h>
#include <string.h>

#include <criterion/criterion.h>

#include "fake_memory.h"

enum {
    BIAS = 0x700000,
    DEBUG = 0x1000,
    OBJECTS = 0x2000,
    DYNAMIC = 0x701000,
    RELA = 0x702000,
    PLT = 0x703000,
    SYMBOLS = 0x704000,
    STRINGS = 0x705000
};
enum { RELA_COUNT = 70, PLT_COUNT = 2, DYNAMIC_COUNT = 10 };

static const char strings[] = "\0malloc\0mallocate\0free";
enum { MALLOC = 1, MALLOCATE = 8, FREE = 18 };

struct object {
    struct fake_memory memory;
    Elf64_Dyn *dynamic;
    Elf64_Rela *relocations, *plt;
    Elf64_Sym *symbols;
};

/* An object with the symbols malloc (1), mallocate (2) and free (3, which it defines). The addresses in its dynamic section are as
 * in its file: the bias comes on top. */
static struct memory_view make_object(struct object *object)
{
    static const Elf64_Dyn entries[DYNAMIC_COUNT] = {
        {DT_RELA, {RELA - BIAS}},
        {DT_RELASZ, {RELA_COUNT * sizeof(Elf64_Rela)}},
        {DT_RELAENT, {sizeof(Elf64_Rela)}},
        {DT_JMPREL, {PLT}}, /* glibc has added it already */
        {DT_PLTRELSZ, {PLT_COUNT * sizeof(Elf64_Rela)}},
        {DT_PLTREL, {DT_RELA}},
        {DT_SYMTAB, {SYMBOLS - BIAS}},
        {DT_STRTAB, {STRINGS - BIAS}},
        {DT_STRSZ, {sizeof strings}},
        {DT_NULL, {0}},
    };

    *object = (struct object){0};
    object->dynamic = fake_memory_add(&object->memory, DYNAMIC, sizeof entries);
    memcpy(object->dynamic, entries, sizeof entries);
    object->relocations = fake_memory_add(&object->memory, RELA, RELA_COUNT * sizeof(Elf64_Rela));
    object->plt = fake_memory_add(&object->memory, PLT, PLT_COUNT * sizeof(Elf64_Rela));
    object->symbols = fake_memory_add(&object->memory, SYMBOLS, 4 * sizeof(Elf64_Sym));
    memcpy(fake_memory_add(&object->memory, STRINGS, sizeof strings), strings, sizeof strings);
    object->symbols[1].st_name = MALLOC;
    object->symbols[2].st_name = MALLOCATE;
    object->symbols[3] = (Elf64_Sym){.st_name = FREE, .st_shndx = 5, .st_value = 0x1234};
    for (size_t i = 0; i < RELA_COUNT; i++)
        object->relocations[i] = (Elf64_Rela){0x100 + i * 8, R_X86_64_RELATIVE, 0x10};
    object->plt[0] = (Elf64_Rela){0x500, ELF64_R_INFO(1ULL, R_X86_64_JUMP_SLOT), 0};
    object->plt[1] = (Elf64_Rela){0x508, ELF64_R_INFO(3ULL, R_X86_64_JUMP_SLOT), 0};
    return fake_memory_view(&object->memory);
}

struct found {
    struct relocation_slot slots[8];
    size_t count;
    int answer;
};

static int note(void *context, const struct relocation_slot *slot)
{
    struct found *found = context;

    cr_assert_lt(found->count, 8);
    found->slots[found->count++] = *slot;
    return found->answer;
}

Test(relocation_slots, all_kinds_in_both_tables)
{
    struct object object;
    struct relocation_tables tables;
    struct found found = {0};
    const struct memory_view view = make_object(&object);

    object.relocations[2] = (Elf64_Rela){0x300, ELF64_R_INFO(1ULL, R_X86_64_GLOB_DAT), 0};
    object.relocations[3] = (Elf64_Rela){0x308, ELF64_R_INFO(1ULL, R_X86_64_64), 8}; /* behind its beginning: no call */
    object.relocations[4] = (Elf64_Rela){0x310, ELF64_R_INFO(0ULL, R_X86_64_GLOB_DAT), 0};
    object.relocations[RELA_COUNT - 1] = (Elf64_Rela){0x318, ELF64_R_INFO(2ULL, R_X86_64_64), 0};
    cr_assert_eq(relocation_tables_read(&view, BIAS, DYNAMIC, &tables), 0);
    cr_assert_eq(relocation_slots_walk(&view, &tables, note, &found), 0);
    cr_assert_eq(found.count, 4);
    const struct relocation_slot expected[] = {
        {BIAS + 0x300, 1, false}, {BIAS + 0x318, 2, false}, {BIAS + 0x500, 1, true}, {BIAS + 0x508, 3, true}};
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(found.slots[i].address, expected[i].address, "%zu", i);
        cr_expect_eq(found.slots[i].symbol, expected[i].symbol, "%zu", i);
        cr_expect_eq(found.slots[i].may_be_lazy, expected[i].may_be_lazy, "%zu", i);
    }
    fake_memory_finish(&object.memory);
}

Test(relocation_slots, a_visitor_ends_the_walk)
{
    struct object object;
    struct relocation_tables tables;
    struct found found = {.answer = -ENOSPC};
    const struct memory_view view = make_object(&object);

    cr_assert_eq(relocation_tables_read(&view, BIAS, DYNAMIC, &tables), 0);
    cr_expect_eq(relocation_slots_walk(&view, &tables, note, &found), -ENOSPC);
    cr_expect_eq(found.count, 1);
    fake_memory_finish(&object.memory);
}

Test(relocation_slots, names_are_whole)
{
    struct object object;
    struct relocation_tables tables;
    const struct memory_view view = make_object(&object);
    const struct relocation_slot slots[] = {{.symbol = 1}, {.symbol = 2}, {.symbol = 3}, {.symbol = 4}, {.symbol = UINT32_MAX}};
    uint64_t definition = 1;
    char longest[100] = "";

    memset(longest, 'x', sizeof longest - 1);
    cr_assert_eq(relocation_tables_read(&view, BIAS, DYNAMIC, &tables), 0);
    cr_expect(relocation_slot_is_named(&view, &tables, &slots[0], "malloc", &definition));
    cr_expect_eq(definition, 0);
    cr_expect_not(relocation_slot_is_named(&view, &tables, &slots[0], "mall", &definition));
    cr_expect_not(relocation_slot_is_named(&view, &tables, &slots[1], "malloc", &definition));
    cr_expect(relocation_slot_is_named(&view, &tables, &slots[2], "free", &definition));
    cr_expect_eq(definition, BIAS + 0x1234);
    cr_expect_not(relocation_slot_is_named(&view, &tables, &slots[0], longest, &definition));
    for (size_t i = 3; i < 5; i++) /* behind the table */
        cr_expect_not(relocation_slot_is_named(&view, &tables, &slots[i], "malloc", &definition));
    tables.strings_size = FREE + 4; /* without the end of the last one */
    cr_expect_not(relocation_slot_is_named(&view, &tables, &slots[2], "free", &definition));
    object.symbols[1].st_name = UINT32_MAX;
    cr_expect_not(relocation_slot_is_named(&view, &tables, &slots[0], "malloc", &definition));
    fake_memory_finish(&object.memory);
}

Test(relocation_slots, damaged_sections)
{
    static const struct {
        size_t entry;
        Elf64_Dyn instead;
        int error;
    } cases[] = {
        {1, {DT_RELASZ, {25}}, -ENOEXEC},                   /* no whole number of entries */
        {1, {DT_RELASZ, {UINT64_MAX / 24 * 24}}, -ENOEXEC}, /* larger than anything */
        {2, {DT_RELAENT, {16}}, -ENOEXEC},                  /* of another kind */
        {3, {DT_JMPREL, {UINT64_MAX - 8}}, -ENOEXEC},       /* around the end of memory */
        {5, {DT_PLTREL, {DT_REL}}, -ENOEXEC},               /* of another kind */
        {6, {DT_SYMENT, {sizeof(Elf64_Sym)}}, -ENOEXEC},    /* no symbols */
        {8, {DT_STRSZ, {UINT64_MAX}}, -ENOEXEC},            /* around the end of memory */
        {9, {DT_DEBUG, {0}}, -EFAULT},                      /* no end */
    };

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct object object;
        struct relocation_tables tables;
        const struct memory_view view = make_object(&object);
        object.dynamic[cases[i].entry] = cases[i].instead;
        cr_expect_eq(relocation_tables_read(&view, BIAS, DYNAMIC, &tables), cases[i].error, "case %zu", i);
        fake_memory_finish(&object.memory);
    }
}

Test(relocation_slots, tables_that_are_not_there)
{
    struct object object;
    struct relocation_tables tables;
    struct found found = {0};
    const struct memory_view view = make_object(&object);

    object.dynamic[0].d_un.d_ptr = 0x12340000;
    cr_assert_eq(relocation_tables_read(&view, BIAS, DYNAMIC, &tables), 0);
    cr_expect_eq(relocation_slots_walk(&view, &tables, note, &found), -EFAULT);
    object.dynamic[0].d_tag = DT_NULL; /* nothing to be relocated */
    cr_assert_eq(relocation_tables_read(&view, BIAS, DYNAMIC, &tables), 0);
    cr_expect_eq(relocation_slots_walk(&view, &tables, note, &found), 0);
    cr_expect_eq(found.count, 0);
    fake_memory_finish(&object.memory);
}

struct seen {
    uint64_t biases[4];
    size_t count;
};

static int note_object(void *context, uint64_t bias, uint64_t dynamic)
{
    struct seen *seen = context;

    cr_expect_eq(dynamic, bias + 0x10);
    seen->biases[seen->count++ % 4] = bias;
    return 0;
}

Test(relocation_slots, list_of_objects)
{
    struct fake_memory memory = {0};
    struct seen seen = {0};
    struct r_debug *debug = fake_memory_add(&memory, DEBUG, sizeof *debug);
    struct link_map *objects = fake_memory_add(&memory, OBJECTS, 3 * sizeof *objects);
    const struct memory_view view = fake_memory_view(&memory);

    for (size_t i = 0; i < 3; i++) {
        objects[i].l_addr = 0x1000 * i;
        objects[i].l_ld = (void *)(uintptr_t)(0x1000 * i + 0x10);
        objects[i].l_next = i < 2 ? (void *)(uintptr_t)(OBJECTS + (i + 1) * sizeof *objects) : NULL;
    }
    cr_expect_eq(loaded_objects_walk(&view, DEBUG, note_object, &seen), 0); /* empty */
    debug->r_map = (void *)(uintptr_t)OBJECTS;
    cr_expect_eq(loaded_objects_walk(&view, DEBUG, note_object, &seen), 0);
    cr_expect_eq(seen.count, 3);
    cr_expect_eq(seen.biases[2], 0x2000);
    objects[2].l_next = (void *)(uintptr_t)OBJECTS;
    cr_expect_eq(loaded_objects_walk(&view, DEBUG, note_object, &seen), -ELOOP);
    objects[1].l_next = (void *)(uintptr_t)0x99999;
    cr_expect_eq(loaded_objects_walk(&view, DEBUG, note_object, &seen), -EFAULT);
    cr_expect_eq(loaded_objects_walk(&view, DEBUG + 8, note_object, &seen), -EFAULT);
    fake_memory_finish(&memory);
}
