/* SPDX-License-Identifier: MIT
 * prctl and arch_prctl by their codes. */
#include <asm/prctl.h>
#include <linux/capability.h>
#include <linux/prctl.h>
#include <signal.h>

#include "trace_program.h"

static void reads(void)
{
    int number = 0;
    unsigned long address;
    char name[16];

    CALL(prctl, PR_GET_PDEATHSIG, &number);
    CALL(prctl, PR_GET_DUMPABLE);
    CALL(prctl, PR_GET_KEEPCAPS);
    CALL(prctl, PR_GET_TIMING);
    CALL(prctl, PR_GET_NAME, name);
    CALL(prctl, PR_GET_NAME, NULL);
    CALL(prctl, PR_GET_SECCOMP);
    CALL(prctl, PR_GET_TSC, &number);
    CALL(prctl, PR_GET_SECUREBITS);
    CALL(prctl, PR_GET_TIMERSLACK);
    CALL(prctl, PR_GET_CHILD_SUBREAPER, &number);
    CALL(prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
    CALL(prctl, PR_GET_TID_ADDRESS, &address);
    CALL(prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0);
    CALL(prctl, PR_GET_SPECULATION_CTRL, PR_SPEC_STORE_BYPASS, 0, 0, 0);
    CALL(prctl, PR_GET_SPECULATION_CTRL, 77, 0, 0, 0);
    CALL(prctl, PR_GET_IO_FLUSHER, 0, 0, 0, 0);
    CALL(prctl, PR_MCE_KILL_GET, 0, 0, 0, 0);
    CALL(prctl, PR_GET_UNALIGN, &number);
    CALL(prctl, PR_GET_FPEMU, &number);
    CALL(prctl, PR_GET_FPEXC, &number);
    CALL(prctl, PR_GET_ENDIAN, &number);
    CALL(prctl, PR_GET_FP_MODE);
    CALL(prctl, PR_SVE_GET_VL);
    CALL(prctl, PR_GET_TAGGED_ADDR_CTRL, 0, 0, 0, 0);
}

static void writes(void)
{
    CALL(prctl, PR_SET_PDEATHSIG, SIGTERM);
    CALL(prctl, PR_SET_PDEATHSIG, 0);
    CALL(prctl, PR_SET_DUMPABLE, 1);
    CALL(prctl, PR_SET_DUMPABLE, 7);
    CALL(prctl, PR_SET_KEEPCAPS, 0);
    CALL(prctl, PR_SET_NAME, "a long name of a thread");
    CALL(prctl, PR_SET_NAME, "short");
    CALL(prctl, PR_SET_NAME, NULL);
    CALL(prctl, PR_SET_TIMING, 0);
    CALL(prctl, PR_SET_TSC, PR_TSC_ENABLE);
    CALL(prctl, PR_SET_SECUREBITS, 0x80);
    CALL(prctl, PR_SET_SECUREBITS, 0x2f);
    CALL(prctl, PR_SET_TIMERSLACK, 50000);
    CALL(prctl, PR_SET_CHILD_SUBREAPER, 0);
    CALL(prctl, PR_SET_NO_NEW_PRIVS, 2, 0, 0, 0);
    CALL(prctl, PR_SET_THP_DISABLE, 0, 0, 0, 0);
    CALL(prctl, PR_SET_SPECULATION_CTRL, PR_SPEC_INDIRECT_BRANCH, PR_SPEC_FORCE_DISABLE | PR_SPEC_ENABLE, 0, 1);
    CALL(prctl, PR_SET_IO_FLUSHER, 5, 0, 0, 0);
    CALL(prctl, PR_MCE_KILL, PR_MCE_KILL_CLEAR, 0, 0, 0);
    CALL(prctl, PR_MCE_KILL, PR_MCE_KILL_SET, PR_MCE_KILL_EARLY, 0, 1);
    CALL(prctl, PR_MCE_KILL, 7, 0, 0, 0);
    CALL(prctl, PR_SET_UNALIGN, PR_UNALIGN_SIGBUS);
    CALL(prctl, PR_SET_FPEMU, PR_FPEMU_NOPRINT);
    CALL(prctl, PR_SET_FPEXC, PR_FP_EXC_DIV | PR_FP_EXC_INV);
    CALL(prctl, PR_SET_ENDIAN, 1);
    CALL(prctl, PR_SET_FP_MODE, 3);
    CALL(prctl, PR_SVE_SET_VL, 32);
    CALL(prctl, PR_SET_TAGGED_ADDR_CTRL, 1, 0, 0, 0);
    CALL(prctl, PR_PAC_RESET_KEYS, 3, 0, 0, 0);
    CALL(prctl, PR_TASK_PERF_EVENTS_DISABLE);
    CALL(prctl, PR_TASK_PERF_EVENTS_ENABLE);
}

static void others(void)
{
    char selector = 0;

    CALL(prctl, PR_CAPBSET_READ, CAP_CHOWN);
    CALL(prctl, PR_CAPBSET_READ, 99);
    CALL(prctl, PR_CAPBSET_DROP, 77);
    CALL(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_SYS_ADMIN, 0, 0);
    CALL(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    CALL(prctl, PR_CAP_AMBIENT, 9, 1, 2, 3);
    CALL(prctl, PR_SET_SECCOMP, 7, 0x123);
    CALL(prctl, PR_SET_SECCOMP, 2, NULL);
    CALL(prctl, PR_SET_MM, PR_SET_MM_BRK, 0x1000, 0, 0);
    CALL(prctl, PR_SET_MM, PR_SET_MM_MAP_SIZE, NULL, 0, 0);
    CALL(prctl, PR_SET_MM, 77, 0x1000, 1, 2);
    CALL(prctl, PR_SET_PTRACER, -1);
    CALL(prctl, PR_SET_PTRACER, 0);
    CALL(prctl, PR_SET_SYSCALL_USER_DISPATCH, 0, 0, 0, 0);
    CALL(prctl, PR_SET_SYSCALL_USER_DISPATCH, 5, 0x1000, 0x2000, &selector);
    CALL(prctl, PR_SCHED_CORE, 7, 1, 5, 0);
    CALL(prctl, PR_SET_VMA, PR_SET_VMA_ANON_NAME, 1, 4096, "a name");
    CALL(prctl, PR_SET_VMA, 7, 0, 4096, 0);
    CALL(prctl, 0x12345678, 1, 2, 3, 4);
    CALL(prctl, 65, 1, 2, 3, 4);
}

int main(void)
{
    unsigned long address;

    reads();
    writes();
    others();
    CALL(arch_prctl, ARCH_GET_FS, &address);
    CALL(arch_prctl, ARCH_SET_FS, address);
    CALL(arch_prctl, ARCH_GET_GS, &address);
    CALL(arch_prctl, ARCH_SET_GS, 0);
    CALL(arch_prctl, ARCH_GET_GS, NULL);
    CALL(arch_prctl, ARCH_GET_CPUID, 0);
    CALL(arch_prctl, ARCH_SET_CPUID, 1);
    CALL(arch_prctl, ARCH_GET_XCOMP_SUPP, &address);
    CALL(arch_prctl, ARCH_REQ_XCOMP_PERM, 99);
    CALL(arch_prctl, ARCH_MAP_VDSO_64, 1);
    CALL(arch_prctl, 0x3001, 5);
    return 0;
}
