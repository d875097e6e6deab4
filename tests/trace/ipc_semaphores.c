/* SPDX-License-Identifier: MIT
 * Semaphores of System V. */
#include <sys/ipc.h>
#include <sys/sem.h>
#include <time.h>

#include "trace_program.h"

int main(void)
{
    struct sembuf operations[] = {{0, 2, 0}, {1, -1, IPC_NOWAIT | SEM_UNDO}, {1, 0, 0x4000}};
    struct timespec time = {0, 1000}, wrong = {1, -1};
    unsigned short values[2] = {7, 8};
    struct semid_ds status;
    const int id = (int)CALL(semget, IPC_PRIVATE, 2, IPC_CREAT | IPC_EXCL | 0600);

    CALL(semop, id, operations, 1);
    CALL(semop, id, operations, 2);
    CALL(semtimedop, id, operations, 2, &time);
    CALL(semtimedop, id, operations, 3, NULL);
    CALL(semtimedop, id, operations, 2, &wrong);
    CALL(semctl, id, 0, GETVAL);
    CALL(semctl, id, 0, GETPID);
    CALL(semctl, id, 0, GETNCNT);
    CALL(semctl, id, 0, GETZCNT);
    CALL(semctl, id, 0, SETVAL, 5);
    CALL(semctl, id, 0, SETALL, values);
    CALL(semctl, id, 0, GETALL, values);
    CALL(semctl, id, 0, IPC_STAT, &status);
    CALL(semctl, id, 0, 0x100 | IPC_STAT, &status);
    CALL(semctl, id, 0, IPC_SET, &status);
    CALL(semop, id, at_the_edge(operations, sizeof *operations), 2);
    CALL(semop, id, NULL, 1);
    CALL(semop, id, operations, 0);
    CALL(semctl, id, 0, IPC_RMID);
    CALL(semget, 0x76543210, -1, 0);
    CALL(semget, 0x76543210, 1, 0xfffff);
    CALL(semop, -1, NOWHERE, 1);
    CALL(semop, -1, operations, 3);
    CALL(semctl, -1, 5, IPC_STAT, NOWHERE);
    CALL(semctl, -1, 5, IPC_SET, NULL);
    CALL(semctl, -1, 5, 99, &status);
    CALL(semctl, -1, 5, SEM_STAT, &status);
    CALL(semtimedop, -1, operations, 1, NOWHERE);
    return 0;
}
