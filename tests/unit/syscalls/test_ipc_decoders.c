/* SPDX-License-Identifier: MIT
 * System V IPC and message queues. */
#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/syscall.h>

#include "call_scene.h"

Test(ipc_decoders, keys_and_modes)
{
    expect_decoded(SYS_shmget, (const uint64_t[6]){0, 4096, 01600}, NULL, 0, 7, "shmget(IPC_PRIVATE, 4096, IPC_CREAT|0600) = 7");
    expect_decoded(SYS_shmget, (const uint64_t[6]){0x1234, 1, (21 << 26) | 04000}, NULL, 0, -2,
                   "shmget(0x1234, 1, SHM_HUGETLB|21<<SHM_HUGE_SHIFT|000) = -1 ENOENT (No such file or directory)");
    expect_decoded(SYS_msgget, (const uint64_t[6]){0, 010000}, NULL, 0, 7, "msgget(IPC_PRIVATE, 0x1000|000) = 7");
}

Test(ipc_decoders, commands_choose_the_structure)
{
    const uint32_t permissions[28] = {0, 1, 2, 3, 4, 0640};

    expect_decoded(SYS_shmctl, (const uint64_t[6]){1, IPC_SET, SCENE_MEMORY}, permissions, sizeof permissions, 0,
                   "shmctl(1, IPC_SET, {shm_perm={uid=1, gid=2, mode=0640}}) = 0");
    expect_decoded(SYS_shmctl, (const uint64_t[6]){1, IPC_STAT, SCENE_MEMORY}, permissions, sizeof permissions, -22,
                   "shmctl(1, IPC_STAT, 0x10000) = -1 EINVAL (Invalid argument)");
    expect_decoded(SYS_semctl, (const uint64_t[6]){1, 0, 0x110, 7}, NULL, 0, 0, "semctl(1, 0, IPC_64|SETVAL, 0x7) = 0");
}

Test(ipc_decoders, operations_on_semaphores)
{
    const int16_t operations[] = {0, 1, 0, 1, -2, 0x1800};

    expect_decoded(SYS_semop, (const uint64_t[6]){1, SCENE_MEMORY, 2}, operations, sizeof operations, 0,
                   "semop(1, [{sem_num=0, sem_op=1, sem_flg=0}, {sem_num=1, sem_op=-2, sem_flg=SEM_UNDO|IPC_NOWAIT}], 2) = 0");
    expect_decoded(SYS_semop, (const uint64_t[6]){1, SCENE_MEMORY, 3}, operations, sizeof operations, -14,
                   "semop(1, [{sem_num=0, sem_op=1, sem_flg=0}, {sem_num=1, sem_op=-2, sem_flg=SEM_UNDO|IPC_NOWAIT}, "
                   "... /* 0x1000c */], 3) = -1 EFAULT (Bad address)");
}

Test(ipc_decoders, messages_have_a_type_and_text)
{
    expect_decoded(SYS_msgsnd, (const uint64_t[6]){1, SCENE_MEMORY, 2, 04000}, "\7\0\0\0\0\0\0\0hi", 10, 0,
                   "msgsnd(1, {mtype=7, mtext=\"hi\"}, 2, IPC_NOWAIT) = 0");
    expect_decoded(SYS_msgrcv, (const uint64_t[6]){1, SCENE_MEMORY, 2, 0, 0}, "\7\0\0\0\0\0\0\0hi", 10, -42,
                   "msgrcv(1, 0x10000, 2, 0, 0) = -1 ENOMSG (No message of desired type)");
}

Test(ipc_decoders, attributes_of_a_queue_are_there_if_it_may_be_made)
{
    const struct {
        int64_t attributes[8];
        char name[8];
    } memory = {{O_NONBLOCK, 3, 16}, "q"};
    const uint64_t name = SCENE_MEMORY + 64;

    expect_decoded(SYS_mq_open, (const uint64_t[6]){name, O_RDWR | O_CREAT, 0600, SCENE_MEMORY}, &memory, sizeof memory, 3,
                   "mq_open(\"q\", O_RDWR|O_CREAT, 0600, {mq_flags=0x800, mq_maxmsg=3, mq_msgsize=16, mq_curmsgs=0}) = 3");
    expect_decoded(SYS_mq_open, (const uint64_t[6]){name, O_RDWR}, &memory, sizeof memory, 3, "mq_open(\"q\", O_RDWR) = 3");
}

Test(ipc_decoders, notification_of_a_queue)
{
    const uint64_t event[8] = {5, 2ull << 32 | 2, 0x123, 0};

    expect_decoded(SYS_mq_notify, (const uint64_t[6]){3, SCENE_MEMORY}, event, sizeof event, 0,
                   "mq_notify(3, {sigev_value={sival_int=5, sival_ptr=0x5}, sigev_signo=SIGINT, sigev_notify=SIGEV_THREAD, "
                   "sigev_notify_function=0x123, sigev_notify_attributes=NULL}) = 0");
}

static uint32_t effects(uint64_t number, uint64_t command)
{
    struct system_call call = {.number = number, .row = syscall_table_row(number)};

    call.arguments[number == SYS_semctl ? 2 : 1] = command;
    return effects_of(&call);
}

Test(ipc_decoders, only_IPC_RMID_releases)
{
    cr_expect(eq(u32, effects(SYS_shmctl, IPC_RMID), EFFECT_SHM_REMOVES));
    cr_expect(eq(u32, effects(SYS_shmctl, IPC_STAT), 0));
    cr_expect(eq(u32, effects(SYS_semctl, 0x100 | IPC_RMID), EFFECT_SEM_REMOVES));
    cr_expect(eq(u32, effects(SYS_semctl, IPC_SET), 0));
    cr_expect(eq(u32, effects(SYS_msgctl, IPC_RMID), EFFECT_QUEUE_REMOVES));
    cr_expect(eq(u32, effects(SYS_close, 1), EFFECT_FD_CLOSES));
}
