/* SPDX-License-Identifier: MIT
 *
 * Preloaded: a malloc and a free that begin with a jump for which there is no long form, so that no other jump can take its place.
 * They are glibc's otherwise. */
__asm__(".text\n"
        ".globl malloc\n"
        ".type malloc, @function\n"
        "malloc:\n"
        "    jrcxz 1f\n"
        "    nop\n"
        "1:  jmp __libc_malloc@PLT\n"
        ".size malloc, . - malloc\n"
        ".globl free\n"
        ".type free, @function\n"
        "free:\n"
        "    jrcxz 1f\n"
        "    nop\n"
        "1:  jmp __libc_free@PLT\n"
        ".size free, . - free\n");
