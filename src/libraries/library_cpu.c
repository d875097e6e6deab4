/* SPDX-License-Identifier: MIT */
#include "library_cpu.h"

#include <cpuid.h>
#include <stdint.h>
#include <string.h>

/* Bits of CPUID: leaf 1, ECX; leaf 7, EBX; leaf 0x80000001, ECX. From Intel's manual, volume 2, "CPUID". */
enum {
    SSE3 = 1 << 0,
    SSSE3 = 1 << 9,
    FMA = 1 << 12,
    CX16 = 1 << 13,
    SSE4_1 = 1 << 19,
    SSE4_2 = 1 << 20,
    MOVBE = 1 << 22,
    POPCNT = 1 << 23,
    OSXSAVE = 1 << 27,
    AVX = 1 << 28,
    F16C = 1 << 29,
};
enum {
    BMI1 = 1 << 3,
    AVX2 = 1 << 5,
    BMI2 = 1 << 8,
    AVX512F = 1 << 16,
    AVX512DQ = 1 << 17,
    AVX512PF = 1 << 26,
    AVX512ER = 1 << 27,
    AVX512CD = 1 << 28,
    AVX512BW = 1 << 30,
};
#define AVX512VL (1U << 31)
enum { LAHF = 1 << 0, LZCNT = 1 << 5 };
/* XCR0: which registers the system saves. */
enum { SAVES_YMM = 0x6, SAVES_ZMM = 0xe6 };

struct features {
    unsigned basic, extended, more; /* leaf 1, leaf 7, leaf 0x80000001 */
    bool intel;
};

static uint64_t saved_registers(void)
{
    uint32_t low, high;

    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return (uint64_t)high << 32 | low;
}

static struct features read_features(void)
{
    struct features features = {0};
    unsigned a, b, c, d, vendor[3] = {0};

    if (__get_cpuid(0, &a, &vendor[0], &vendor[2], &vendor[1]))
        features.intel = memcmp(vendor, "GenuineIntel", sizeof vendor) == 0;
    if (__get_cpuid(1, &a, &b, &c, &d))
        features.basic = c;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
        features.extended = b;
    if (__get_cpuid(0x80000001, &a, &b, &c, &d))
        features.more = c;
    /* What the system does not save between threads cannot be used. */
    const uint64_t saved = features.basic & OSXSAVE ? saved_registers() : 0;
    if ((saved & SAVES_YMM) != SAVES_YMM) {
        features.basic &= ~(unsigned)(AVX | FMA | F16C);
        features.extended &= ~(unsigned)AVX2;
    }
    if ((saved & SAVES_ZMM) != SAVES_ZMM)
        features.extended &= ~(AVX512F | AVX512DQ | AVX512PF | AVX512ER | AVX512CD | AVX512BW | AVX512VL);
    return features;
}

static bool has(unsigned features, unsigned wanted)
{
    return (features & wanted) == wanted;
}

static unsigned level_of(const struct features *features)
{
    if (!has(features->basic, CX16 | POPCNT | SSE3 | SSE4_1 | SSE4_2 | SSSE3) || !has(features->more, LAHF))
        return 1;
    if (!has(features->basic, AVX | F16C | FMA | MOVBE) || !has(features->extended, AVX2 | BMI1 | BMI2) ||
        !has(features->more, LZCNT))
        return 2;
    return has(features->extended, AVX512F | AVX512BW | AVX512CD | AVX512DQ | AVX512VL) ? 4 : 3;
}

struct library_cpu library_cpu_here(void)
{
    const struct features features = read_features();
    struct library_cpu cpu = {.level = level_of(&features)};

    if (!features.intel)
        return cpu;
    cpu.xeon_phi = has(features.extended, AVX512CD | AVX512ER | AVX512PF);
    cpu.avx512_1 = has(features.extended, AVX512CD | AVX512BW | AVX512DQ | AVX512VL) && !has(features.extended, AVX512ER);
    cpu.haswell = !cpu.xeon_phi && has(features.basic, MOVBE | POPCNT) && has(features.extended, AVX2 | BMI1 | BMI2) &&
                  has(features.more, LZCNT);
    return cpu;
}
