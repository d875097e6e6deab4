/* SPDX-License-Identifier: MIT
 *
 * prctl and its like: what a process is and may do. */
#include <linux/capability.h>
#include <linux/prctl.h>
#include <linux/seccomp.h>

#include "decoder.h"

/* ---- Capabilities ---------------------------------------------------------------------------------------------------------- */

static const char *const capability_names[] = {"effective", "permitted", "inheritable"};

static struct value *show_capabilities(struct decoder *decoder, uint32_t low, uint32_t high)
{
    struct value *value = value_union(decoder);

    value->number = (uint64_t)high << 32 | low;
    if (low || !high)
        value_add(value, NULL, value_flags(decoder, &set_capabilities_low, low));
    if (high)
        value_add(value, NULL, value_flags(decoder, &set_capabilities_high, high));
    return value;
}

/* The first version has 32 bits of each kind, the others have the upper half in a second structure. */
DECODE(capabilities)
{
    uint32_t words[2][3] = {{0}}, version;

    if (!decoder->options->dereference || !decoder_read(decoder, decoder->call->arguments[0], &version, sizeof version))
        return value_address(decoder, number);
    const bool wide = version == _LINUX_CAPABILITY_VERSION_2 || version == _LINUX_CAPABILITY_VERSION_3;
    if (number == 0 || !decoder_read(decoder, number, words, wide ? sizeof words : sizeof words[0]))
        return value_address(decoder, number);
    struct value *value = value_struct(decoder);
    for (int i = 0; i < 3; i++)
        value_add(value, capability_names[i], show_capabilities(decoder, words[0][i], words[1][i]));
    return value;
}

/* ---- seccomp --------------------------------------------------------------------------------------------------------------- */

DECODE(seccomp_program)
{
    switch (decoder->call->arguments[1]) {
    case SECCOMP_MODE_FILTER:
        return decode_struct(decoder, &struct_filter_program, number);
    default:
        return value_hex(decoder, number);
    }
}

CONDITION(seccomp_is_unknown)
{
    return decoder->call->arguments[1] != SECCOMP_MODE_FILTER && decoder->call->arguments[1] != SECCOMP_MODE_STRICT;
}

/* ---- prctl ----------------------------------------------------------------------------------------------------------------- */

DECODE(thread_name)
{
    enum { NAME_SIZE = 16 }; /* TASK_COMM_LEN, with the NUL */
    struct value *value = decode_path(decoder, number);

    value->whole = false;
    if (value->kind == VALUE_BYTES && value->size >= NAME_SIZE - 1) {
        value->truncated = true;
        value->size = NAME_SIZE - 1;
    }
    return value;
}

DECODE(mce_policy)
{
    return decoder->call->arguments[1] == PR_MCE_KILL_SET ? value_enum(decoder, &set_mce_policies, number)
                                                          : value_hex(decoder, number);
}

DECODE(tagged_addresses)
{
    const uint64_t known = PR_TAGGED_ADDR_ENABLE | PR_MTE_TCF_MASK | PR_MTE_TAG_MASK;
    struct value *value = value_union(decoder);

    value->number = number;
    value_add(value, NULL,
              value_word(decoder, number & PR_TAGGED_ADDR_ENABLE ? "PR_TAGGED_ADDR_ENABLE" : "!PR_TAGGED_ADDR_ENABLE", number));
    value_add(value, NULL, value_flags(decoder, &set_mte_checks, number & PR_MTE_TCF_MASK));
    if (number & PR_MTE_TAG_MASK)
        value_add(value, NULL,
                  value_word(decoder,
                             arena_printf(decoder->arena, "%#lx<<PR_MTE_TAG_SHIFT", (number & PR_MTE_TAG_MASK) >> PR_MTE_TAG_SHIFT),
                             number));
    if (number & ~known)
        value_add(value, NULL, value_hex(decoder, number & ~known));
    return value;
}

DECODE(ambient_capability)
{
    const uint64_t what = decoder->call->arguments[1];
    const bool named = what >= PR_CAP_AMBIENT_IS_SET && what <= PR_CAP_AMBIENT_LOWER;

    return named ? value_enum(decoder, &set_capabilities, number) : value_hex(decoder, number);
}

DECODE(ptracer)
{
    if ((int)number == -1)
        return value_enum(decoder, &set_ptracers, UINT64_MAX);
    return value_pid(decoder, (int)number);
}

DECODE(pid_type)
{
    const char *name = constant_set_name(&set_pid_types, number);

    if (!name)
        return value_enum(decoder, &set_pid_types, number);
    struct value *value = value_unsigned(decoder, number);
    value->comment = name;
    return value;
}

/* Only PR_SCHED_CORE_GET stores one. */
DECODE(core_cookie)
{
    uint64_t cookie;

    if (decoder->call->arguments[1] != PR_SCHED_CORE_GET)
        return value_address(decoder, number);
    if (!decoder->exiting)
        return NULL;
    if (!decoder_succeeded(decoder) || !decoder_read(decoder, number, &cookie, sizeof cookie))
        return value_address(decoder, number);
    return value_pointed(decoder, value_hex(decoder, cookie));
}

DECODE(vma_length)
{
    return decoder->call->arguments[1] == PR_SET_VMA_ANON_NAME ? value_unsigned(decoder, number) : value_hex(decoder, number);
}

DECODE(vma_name)
{
    return decoder->call->arguments[1] == PR_SET_VMA_ANON_NAME ? decode_string(decoder, number) : value_hex(decoder, number);
}

DECODE(xfeature_mask)
{
    uint64_t mask;

    if (!decoder_read(decoder, number, &mask, sizeof mask))
        return value_address(decoder, number);
    struct value *flags = value_hex(decoder, mask);
    flags->comment = constant_set_text(decoder->arena, &set_xfeature_masks, mask);
    return value_pointed(decoder, flags);
}

/* ---- Users and names ------------------------------------------------------------------------------------------------------- */

DECODE(group_list)
{
    enum { GROUPS_MAX = 65536 }; /* NGROUPS_MAX */
    static const struct type group = {.kind = TYPE_ID, .size = 4};
    const uint32_t count = (uint32_t)decoder->call->arguments[0];

    return count > GROUPS_MAX ? value_address(decoder, number) : decode_typed_array(decoder, &group, number, count);
}

DECODE(host_name)
{
    enum { NAME_MAX_SIZE = 64 }; /* __NEW_UTS_LEN */
    const uint32_t size = (uint32_t)decoder->call->arguments[1];

    return size > NAME_MAX_SIZE ? value_address(decoder, number) : decode_buffer(decoder, number, size);
}

/* ---- Others ---------------------------------------------------------------------------------------------------------------- */

static struct value *show_personality(struct decoder *decoder, uint32_t persona)
{
    enum { KIND = 0xff };
    struct value *value = value_union(decoder);
    const bool whole = constant_set_name(&set_personalities, persona) != NULL;

    value->number = persona;
    value_add(value, NULL, value_enum(decoder, &set_personalities, whole ? persona : persona & KIND));
    if (!whole && persona & ~KIND)
        value_add(value, NULL, value_flags(decoder, &set_personality_bits, persona & ~KIND));
    return value;
}

DECODE(personality)
{
    return (uint32_t)number == UINT32_MAX ? value_hex(decoder, (uint32_t)number) : show_personality(decoder, (uint32_t)number);
}

DECODE(personality_result)
{
    decoder->call->result_form = RESULT_HEX;
    return show_personality(decoder, (uint32_t)number);
}

/* An offset into struct user, of which the first part are the registers. */
DECODE(user_area)
{
    static const char *const registers[] = {"R15",    "R14", "R13", "R12",     "RBP",     "RBX", "R11",      "R10", "R9",
                                            "R8",     "RAX", "RCX", "RDX",     "RSI",     "RDI", "ORIG_RAX", "RIP", "CS",
                                            "EFLAGS", "RSP", "SS",  "FS_BASE", "GS_BASE", "DS",  "ES",       "FS",  "GS"};
    const uint64_t index = number / 8;

    if (index >= sizeof registers / sizeof *registers)
        return value_address(decoder, number);
    const char *more = number % 8 ? arena_printf(decoder->arena, "+%lu", number % 8) : "";
    return value_word(decoder, arena_printf(decoder->arena, "8*%s%s", registers[index], more), number);
}
