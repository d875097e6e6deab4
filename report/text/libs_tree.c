/* SPDX-License-Identifier: MIT */
#include "libs_tree.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "text_style.h"

struct tree {
    const struct text_writer *writer;
    const struct library_program *program;
    bool all;
    bool *opened;  /* what it needs has been shown; by index */
    bool *missing; /* it, or something that it needs, is missing */
};

/* Of the branches around the one that is being shown. */
struct indent {
    const struct indent *outer;
    bool more; /* another branch follows */
};

/* A library that every program on the system finds by itself. */
static bool is_of_system(const struct library_object *object)
{
    return object->path &&
           (object->rule == LIBRARY_BY_CACHE || object->rule == LIBRARY_BY_DEFAULT || object->rule == LIBRARY_BY_INTERPRETER);
}

static void print_indent(const struct tree *tree, const struct indent *indent)
{
    if (indent == NULL)
        return;
    print_indent(tree, indent->outer);
    fputs(indent->more ? "│   " : "    ", tree->writer->stream);
}

static void print_library(const struct tree *tree, const struct library_object *object)
{
    FILE *stream = tree->writer->stream;

    text_foreign(tree->writer, object->name);
    if (object->path == NULL) {
        text_print(tree->writer, STYLE_BAD, " missing");
        return;
    }
    if (strcmp(object->path, object->name) != 0) {
        fputs(" => ", stream);
        text_foreign(tree->writer, object->path);
    }
    fputs(" [", stream);
    libs_text_rule(tree->writer, tree->program, object->rule, object->owner);
    putc(']', stream);
}

static bool opens(const struct tree *tree, size_t index)
{
    const struct library_object *object = &tree->program->objects[index];

    return object->need_count > 0 && !tree->opened[index] && (tree->all || !is_of_system(object) || tree->missing[index]);
}

static void print_branch(struct tree *tree, size_t index, bool last, const struct indent *outer);

static void print_needs(struct tree *tree, size_t index, const struct indent *indent)
{
    const struct library_object *object = &tree->program->objects[index];

    tree->opened[index] = true;
    for (size_t i = 0; i < object->need_count; i++)
        print_branch(tree, object->needs[i], i + 1 == object->need_count, indent);
}

static void print_branch(struct tree *tree, size_t index, bool last, const struct indent *outer)
{
    const struct indent indent = {outer, !last};

    print_indent(tree, outer);
    fputs(last ? "└── " : "├── ", tree->writer->stream);
    print_library(tree, &tree->program->objects[index]);
    putc('\n', tree->writer->stream);
    if (opens(tree, index))
        print_needs(tree, index, &indent);
}

/* Marks all that lead to something missing. */
static void mark_missing(struct tree *tree)
{
    const struct library_program *program = tree->program;
    bool changed = true;

    for (size_t i = 0; i < program->object_count; i++)
        tree->missing[i] = program->objects[i].path == NULL;
    while (changed) {
        changed = false;
        for (size_t i = 0; i < program->object_count; i++) {
            for (size_t k = 0; k < program->objects[i].need_count && !tree->missing[i]; k++) {
                tree->missing[i] = tree->missing[program->objects[i].needs[k]];
                changed |= tree->missing[i];
            }
        }
    }
}

void libs_tree_print(const struct text_writer *writer, const struct library_program *program, bool all)
{
    struct tree tree = {.writer = writer, .program = program, .all = all};
    size_t preloaded = 0;

    tree.opened = xcalloc(program->object_count, sizeof *tree.opened);
    tree.missing = xcalloc(program->object_count, sizeof *tree.missing);
    mark_missing(&tree);
    text_foreign(writer, program->path);
    putc('\n', writer->stream);
    for (size_t i = 1; i < program->object_count; i++)
        preloaded += program->objects[i].cause == LIBRARY_PRELOADED || program->objects[i].cause == LIBRARY_PRELOADED_FILE;
    for (size_t i = 1; i <= preloaded; i++)
        print_branch(&tree, i, i == preloaded && program->objects[0].need_count == 0, NULL);
    print_needs(&tree, 0, NULL);
    free(tree.opened);
    free(tree.missing);
}
