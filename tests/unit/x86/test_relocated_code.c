/* SPDX-License-Identifier: MIT
 *
 * Functions are moved, and then called where they are now and where they were: they must do the same. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "x86/relocated_code.h"

enum { AREA = 65536, PLACE = 32768 };

typedef long function(long);

/* The function, behind it what it uses, and far behind that its moved beginning. */
static uint8_t *area;

static void setup(void)
{
    area = mmap(NULL, AREA, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert_neq(area, MAP_FAILED);
}

static void teardown(void)
{
    munmap(area, AREA);
}

TestSuite(relocated_code, .init = setup, .fini = teardown);

static int move(const void *code, size_t size)
{
    memcpy(area, code, size);
    return code_relocate(area, size, size, (uint64_t)area, (uint64_t)(area + PLACE), area + PLACE);
}

/* Calls the function by its moved beginning, with another one hooked in front of it that is the moved beginning itself. */
static long call_moved(long argument)
{
    cr_assert_eq(code_write_jump(area, (uint64_t)area, (uint64_t)(area + PLACE)), 0);
    return ((function *)(uintptr_t)area)(argument);
}

static void expect(const void *code, size_t size, long argument, long result)
{
    cr_assert_gt(move(code, size), 0);
    cr_assert_eq(((function *)(uintptr_t)area)(argument), result, "not even in its place");
    cr_assert_eq(call_moved(argument), result);
}

Test(relocated_code, plain_instructions)
{
    static const uint8_t code[] = {0x48, 0x89, 0xf8, 0x48, 0x83, 0xc0, 0x01, 0xc3}; /* mov %rdi,%rax; add $1,%rax; ret */
    expect(code, sizeof code, 41, 42);
}

Test(relocated_code, operand_relative_to_the_instruction_pointer)
{
    /* mov 0x2(%rip),%eax; ret; nop; then the number */
    static const uint8_t code[] = {0x8b, 0x05, 0x02, 0, 0, 0, 0xc3, 0x90, 0x39, 0x05, 0, 0};
    memcpy(area, code, sizeof code);
    cr_assert_gt(code_relocate(area, sizeof code, 8, (uint64_t)area, (uint64_t)(area + PLACE), area + PLACE), 0);
    cr_assert_eq(call_moved(0), 1337);
}

Test(relocated_code, branch_out_of_the_beginning)
{
    /* test %rdi,%rdi; je 1f; mov $1,%eax; ret; 1: mov $2,%eax; ret */
    static const uint8_t code[] = {0x48, 0x85, 0xff, 0x74, 0x06, 0xb8, 1, 0, 0, 0, 0xc3, 0xb8, 2, 0, 0, 0, 0xc3};
    expect(code, sizeof code, 5, 1);
    setup();
    expect(code, sizeof code, 0, 2);
}

Test(relocated_code, a_call_returns_to_where_it_was)
{
    /* sub $8,%rsp; call 1f; add $8,%rsp; ret; 1: mov 0(%rsp),%rax; sub %rdi,%rax; ret */
    static const uint8_t code[] = {0x48, 0x83, 0xec, 0x08, 0xe8, 0x05, 0,    0,    0,    0x48, 0x83,
                                   0xc4, 0x08, 0xc3, 0x48, 0x8b, 0x04, 0x24, 0x48, 0x29, 0xf8, 0xc3};
    expect(code, sizeof code, (long)area, 9);
}

Test(relocated_code, a_jump_ends_it)
{
    static const uint8_t code[] = {0xe9, 0x03, 0, 0, 0, 0x90, 0x90,
                                   0x90, 0xb8, 3, 0, 0, 0,    0xc3}; /* jmp 1f; ... 1: mov $3,%eax; ret */
    expect(code, sizeof code, 0, 3);
}

Test(relocated_code, short_functions_need_padding)
{
    static const uint8_t padded[] = {0x31, 0xc0, 0xc3, 0x66, 0x90, 0x90}, followed[] = {0x31, 0xc0, 0xc3, 0x55, 0x53, 0xc3};
    expect(padded, sizeof padded, 9, 0);
    cr_assert_eq(move(followed, sizeof followed), -ENOTSUP);
}

Test(relocated_code, jumped_into)
{
    static const uint8_t code[] = {0x48, 0x89, 0xf8, 0x48, 0xff, 0xc8, 0x75, 0xfb, 0xc3}; /* mov; 1: dec %rax; jne 1b; ret */
    cr_assert_eq(move(code, sizeof code), -ENOTSUP);
}

Test(relocated_code, back_to_the_first_byte_is_fine)
{
    /* dec %rdi; test %rdi,%rdi; jne back to the start; mov $4,%eax; ret */
    static const uint8_t code[] = {0x48, 0xff, 0xcf, 0x48, 0x85, 0xff, 0x75, 0xf8, 0xb8, 4, 0, 0, 0, 0xc3};
    expect(code, sizeof code, 3, 4);
}

Test(relocated_code, not_understood)
{
    static const uint8_t none[] = {0x06, 0, 0, 0, 0, 0}, loop[] = {0xe2, 0x10, 0x90, 0x90, 0x90, 0x90};
    cr_assert_eq(move(none, sizeof none), -ENOTSUP);
    cr_assert_eq(move(loop, sizeof loop), -ENOTSUP);
}

Test(relocated_code, too_far)
{
    static const uint8_t code[] = {0x8b, 0x05, 0x02, 0, 0, 0, 0xc3, 0x90};
    uint8_t moved[CODE_RELOCATED_MAX];
    cr_assert_eq(code_relocate(code, sizeof code, sizeof code, 0x1000, UINT64_C(1) << 40, moved), -ERANGE);
    cr_assert_eq(code_write_jump(moved, 0, UINT64_C(1) << 40), -ERANGE);
}

Test(relocated_code, far_jump)
{
    static const uint8_t code[] = {0xb8, 6, 0, 0, 0, 0xc3}; /* mov $6,%eax; ret */
    memcpy(area + PLACE, code, sizeof code);
    code_write_far_jump(area, (uint64_t)(area + PLACE));
    cr_assert_eq(((function *)(uintptr_t)area)(0), 6);
}
