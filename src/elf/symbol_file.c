/* SPDX-License-Identifier: MIT */
#include "symbol_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <dwarf.h>
#include <elfutils/libdwelf.h>
#include <elfutils/libdwfl.h>

#include "base/xalloc.h"
#include "elf_file.h"
#include "function_index.h"
#include "symbol_index.h"

struct symbol_file {
    Dwfl_Callbacks callbacks; /* libdwfl keeps a pointer to it */
    Dwfl *dwfl;
    Dwfl_Module *module;
    struct elf_file elf; /* for its program headers; the descriptor is libdwfl's */
    char *build_id;
    symbol_file_fetch *fetch; /* NULL: nobody is asked */
    Dwarf *shared;            /* debugging information that several files share (dwz(1)), if it was fetched; or NULL */
    int shared_fd;
    struct symbol_index *symbols;     /* functions; NULL until first used */
    struct symbol_index *objects;     /* likewise */
    struct function_index *functions; /* NULL also if there is no debugging information */
    bool functions_sought;
    Dwarf_Addr dwarf_bias;
};

/* libdwfl's own search, and then that of whoever has opened this file. */
static int find_debuginfo(Dwfl_Module *module, void **user_data, const char *name, Dwarf_Addr base, const char *file_name,
                          const char *debuglink_file, GElf_Word debuglink_crc, char **debuginfo_file_name)
{
    const struct symbol_file *file = *user_data;

    int fd =
        dwfl_standard_find_debuginfo(module, user_data, name, base, file_name, debuglink_file, debuglink_crc, debuginfo_file_name);
    if (fd < 0 && file && file->fetch && file->build_id)
        fd = file->fetch(file->build_id);
    return fd;
}

static char *format_build_id(const unsigned char *bits, size_t size)
{
    static const char digits[] = "0123456789abcdef";

    char *text = xmalloc(size * 2 + 1);
    for (size_t i = 0; i < size; i++) {
        text[i * 2] = digits[bits[i] >> 4];
        text[i * 2 + 1] = digits[bits[i] & 15];
    }
    text[size * 2] = '\0';
    return text;
}

/* Reported at base 0, the module has the addresses that the file itself uses. The descriptor is libdwfl's if this succeeds. */
static bool report_module(struct symbol_file *file, const char *path, int fd)
{
    const unsigned char *bits;
    void **user_data;
    GElf_Addr address;

    file->dwfl = dwfl_begin(&file->callbacks);
    if (file->dwfl == NULL)
        return false;
    dwfl_report_begin(file->dwfl);
    file->module = dwfl_report_elf(file->dwfl, path, path, fd, 0, true);
    dwfl_report_end(file->dwfl, NULL, NULL);
    if (file->module == NULL) {
        dwfl_end(file->dwfl);
        return false;
    }
    dwfl_module_info(file->module, &user_data, NULL, NULL, NULL, NULL, NULL, NULL);
    *user_data = file;
    if (dwfl_module_getelf(file->module, &address) != NULL) {
        const int size = dwfl_module_build_id(file->module, &bits, &address);
        file->build_id = size > 0 ? format_build_id(bits, (size_t)size) : NULL;
    }
    return true;
}

struct symbol_file *symbol_file_open(int fd, const char *path, symbol_file_fetch *fetch)
{
    struct symbol_file *file = xcalloc(1, sizeof *file);

    file->fetch = fetch;
    file->shared_fd = -1;
    file->callbacks = (Dwfl_Callbacks){
        .find_elf = dwfl_build_id_find_elf,
        .find_debuginfo = find_debuginfo,
        .section_address = dwfl_offline_section_address,
    };
    if (elf_file_open(fd, &file->elf) != 0 || !report_module(file, path, fd)) {
        close(fd);
        free(file);
        return NULL;
    }
    return file;
}

void symbol_file_close(struct symbol_file *file)
{
    if (file == NULL)
        return;
    function_index_destroy(file->functions);
    symbol_index_destroy(file->symbols);
    symbol_index_destroy(file->objects);
    dwfl_end(file->dwfl);
    if (file->shared)
        dwarf_end(file->shared);
    if (file->shared_fd >= 0)
        close(file->shared_fd);
    free(file->build_id);
    free(file);
}

const char *symbol_file_build_id(const struct symbol_file *file)
{
    return file->build_id;
}

int symbol_file_address(const struct symbol_file *file, uint64_t offset, uint64_t *address)
{
    return elf_file_address(&file->elf, offset, address) == 0 ? 0 : -ENOENT;
}

/* The symbol table may be that of a separate debug file, if the file itself is stripped. */
static void need_symbols(struct symbol_file *file)
{
    if (file->symbols == NULL)
        file->symbols = symbol_index_create(file->module, SYMBOL_FUNCTION);
}

/* What libdw does not find itself of the information that it shares with other files. */
static void fetch_shared(struct symbol_file *file, Dwarf *dwarf)
{
    const char *name;
    const void *bits;
    const ssize_t size = file->fetch ? dwelf_dwarf_gnu_debugaltlink(dwarf, &name, &bits) : 0;

    if (size <= 0 || dwarf_getalt(dwarf) != NULL)
        return;
    char *build_id = format_build_id(bits, (size_t)size);
    file->shared_fd = file->fetch(build_id);
    free(build_id);
    file->shared = file->shared_fd >= 0 ? dwarf_begin(file->shared_fd, DWARF_C_READ) : NULL;
    if (file->shared)
        dwarf_setalt(dwarf, file->shared);
}

/* Debugging information is looked for when it is first asked for: the search may cost a network request, and libdw decompresses all
 * of it at once. */
static void need_functions(struct symbol_file *file)
{
    if (file->functions_sought)
        return;
    file->functions_sought = true;
    Dwarf *dwarf = dwfl_module_getdwarf(file->module, &file->dwarf_bias);
    if (dwarf == NULL)
        return;
    fetch_shared(file, dwarf);
    file->functions = function_index_create(file->module);
}

/* The C library's frames at the outer end of every stack. Nobody asks for their lines, so they are not worth a quarter of a second
 * of decompression where the C library's debugging information is installed. */
static bool starts_threads(const char *name)
{
    static const char *const starters[] = {"__libc_start_call_main",
                                           "__libc_start_main",
                                           "__libc_start_main_impl",
                                           "start_thread",
                                           "clone",
                                           "__clone",
                                           "clone3",
                                           "__clone3"};
    size_t length = strcspn(name, "@");

    for (size_t i = 0; i < sizeof starters / sizeof starters[0]; i++)
        if (strlen(starters[i]) == length && strncmp(name, starters[i], length) == 0)
            return true;
    return false;
}

static const char *linkage_name_of(Dwarf_Die *die)
{
    Dwarf_Attribute attribute;

    if (dwarf_attr_integrate(die, DW_AT_linkage_name, &attribute) == NULL &&
        dwarf_attr_integrate(die, DW_AT_MIPS_linkage_name, &attribute) == NULL)
        return dwarf_diename(die);
    return dwarf_formstring(&attribute);
}

static const char *directory_of(Dwarf_Die *unit)
{
    Dwarf_Attribute attribute;

    return dwarf_attr(unit, DW_AT_comp_dir, &attribute) ? dwarf_formstring(&attribute) : NULL;
}

/* Where the call stands that was replaced by the body of `inlined`. */
static void call_site_of(Dwarf_Die *inlined, struct raw_frame *frame)
{
    Dwarf_Die unit;
    Dwarf_Attribute attribute;
    Dwarf_Word line, number;
    Dwarf_Files *files;
    size_t file_count;

    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_line, &attribute), &line) == 0)
        frame->line = (unsigned)line;
    if (dwarf_formudata(dwarf_attr(inlined, DW_AT_call_file, &attribute), &number) != 0 ||
        dwarf_diecu(inlined, &unit, NULL, NULL) == NULL || dwarf_getsrcfiles(&unit, &files, &file_count) != 0)
        return;
    if (number < file_count)
        frame->file = dwarf_filesrc(files, number, NULL, NULL);
}

static void line_of(Dwarf_Die *unit, Dwarf_Addr address, struct raw_frame *frame)
{
    int line = 0;
    Dwarf_Line *row = dwarf_getsrc_die(unit, address);

    if (row == NULL)
        return;
    frame->file = dwarf_linesrc(row, NULL, NULL);
    if (dwarf_lineno(row, &line) == 0 && line > 0)
        frame->line = (unsigned)line;
}

/* The scopes come outermost first, frames are wanted innermost first; if there is no room the outermost are left out, except that
 * there always is one. */
static size_t frames_of_scopes(const struct function_scopes *scopes, Dwarf_Addr address, struct raw_frame *frames, size_t capacity)
{
    size_t count = 0;
    Dwarf_Die unit = scopes->unit;
    const char *directory = directory_of(&unit);

    for (size_t i = scopes->count; i-- > 0 && count < capacity; count++) {
        struct raw_frame *frame = &frames[count];
        Dwarf_Die die = scopes->dies[i];
        *frame = (struct raw_frame){
            .linkage_name = linkage_name_of(&die), .function = dwarf_diename(&die), .directory = directory, .inlined = i > 0};
        if (i + 1 < scopes->count) {
            Dwarf_Die inlined = scopes->dies[i + 1];
            call_site_of(&inlined, frame);
        } else {
            line_of(&unit, address, frame);
        }
    }
    return count;
}

size_t symbol_file_lookup(struct symbol_file *file, uint64_t address, struct raw_frame *frames, size_t capacity)
{
    struct function_scopes scopes;
    size_t count = 0;

    if (capacity == 0)
        return 0;
    need_symbols(file);
    uint64_t start = 0;
    const char *name = symbol_index_find(file->symbols, address, &start);
    if (name != NULL && starts_threads(name)) {
        frames[0] = (struct raw_frame){.linkage_name = name, .start = start};
        return 1;
    }
    need_functions(file);
    if (file->functions && function_index_find(file->functions, address - file->dwarf_bias, &scopes)) {
        count = frames_of_scopes(&scopes, address - file->dwarf_bias, frames, capacity);
        if (count == 0) { /* code of a unit, but of no function that is described */
            frames[count] = (struct raw_frame){.directory = directory_of(&scopes.unit)};
            line_of(&scopes.unit, address - file->dwarf_bias, &frames[count++]);
        }
    }
    if (name == NULL)
        return count;
    if (count == 0)
        frames[count++] = (struct raw_frame){0};
    if (!frames[count - 1].inlined) {
        frames[count - 1].linkage_name = name;
        frames[count - 1].start = start;
    }
    return count;
}

const char *symbol_file_object(struct symbol_file *file, uint64_t address, bool code, uint64_t *start)
{
    if (file->objects == NULL)
        file->objects = symbol_index_create(file->module, SYMBOL_OBJECT);
    const char *name = symbol_index_find(file->objects, address, start);
    if (name != NULL || !code)
        return name;
    need_symbols(file);
    return symbol_index_find(file->symbols, address, start);
}
