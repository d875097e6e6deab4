/* SPDX-License-Identifier: MIT
 * Shared memory of System V: made, used, looked at and removed. */
#include <sys/ipc.h>
#include <sys/shm.h>

#include "trace_program.h"

static void segment(void)
{
    struct shmid_ds status;
    const int id = (int)CALL(shmget, IPC_PRIVATE, 8192, IPC_CREAT | 0600);
    void *memory = (void *)CALL(shmat, id, NULL, 0);

    CALL(shmctl, id, IPC_STAT, &status);
    status.shm_perm.mode = 0640;
    CALL(shmctl, id, IPC_SET, &status);
    CALL(shmctl, id, SHM_LOCK, NULL);
    CALL(shmctl, id, SHM_UNLOCK, NULL);
    CALL(shmat, id, (void *)0x1001, SHM_RDONLY | SHM_REMAP);
    CALL(shmdt, memory);
    CALL(shmat, id, NULL, SHM_EXEC | SHM_RND);
    CALL(shmctl, id, IPC_RMID, NULL);
    CALL(shmctl, id, 0x100 | IPC_STAT, &status);
    CALL(shmget, IPC_PRIVATE, 0, 0);
}

static void failing(void)
{
    struct shmid_ds status = {.shm_perm = {.mode = 07777}};

    CALL(shmget, 0x12345678, 4096, 0);
    CALL(shmget, 0x12345678, 4096, SHM_HUGETLB | SHM_NORESERVE | 0777);
    CALL(shmget, 0x12345678, -1, 0x1000000);
    CALL(shmat, -1, NULL, SHM_RDONLY);
    CALL(shmat, -1, NULL, 0xffff);
    CALL(shmdt, (void *)0x1000);
    CALL(shmdt, NULL);
    CALL(shmctl, -1, IPC_STAT, &status);
    CALL(shmctl, -1, IPC_SET, &status);
    CALL(shmctl, -1, IPC_SET, NULL);
    CALL(shmctl, -1, IPC_SET, NOWHERE);
    CALL(shmctl, -1, IPC_RMID, NULL);
    CALL(shmctl, -1, SHM_STAT, &status);
    CALL(shmctl, -1, 15, &status);
    CALL(shmctl, -1, 99, &status);
}

int main(void)
{
    segment();
    failing();
    return 0;
}
