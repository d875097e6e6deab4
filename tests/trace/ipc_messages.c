/* SPDX-License-Identifier: MIT
 * Message queues of System V. */
#include <sys/ipc.h>
#include <sys/msg.h>

#include "trace_program.h"

struct message {
    long type;
    char text[40];
};

int main(void)
{
    struct message message = {3, "a text that is longer than what is shown"}, found;
    struct msqid_ds status;
    const int id = (int)CALL(msgget, IPC_PRIVATE, IPC_CREAT | 0600);

    CALL(msgsnd, id, &message, 5, 0);
    CALL(msgsnd, id, &message, 40, IPC_NOWAIT);
    message.type = -1;
    CALL(msgsnd, id, &message, 0, 0);
    CALL(msgctl, id, IPC_STAT, &status);
    CALL(msgrcv, id, &found, 40, 0, 0);
    CALL(msgrcv, id, &found, 10, 3, MSG_NOERROR);
    CALL(msgrcv, id, &found, 40, -5, IPC_NOWAIT | MSG_EXCEPT);
    CALL(msgrcv, id, &found, 40, 5, IPC_NOWAIT | 0x100000);
    status.msg_qbytes = 1000;
    CALL(msgctl, id, IPC_SET, &status);
    CALL(msgctl, id, IPC_RMID, NULL);
    CALL(msgget, 0x7abcdef0, 0);
    CALL(msgget, 0x7abcdef0, 0xfffff800 & ~IPC_CREAT);
    CALL(msgsnd, -1, NULL, 5, 0);
    CALL(msgsnd, -1, NOWHERE, 5, 0xffff);
    CALL(msgsnd, -1, at_the_edge(&message, 8), 5, 0);
    CALL(msgrcv, -1, NOWHERE, 5, 0, MSG_COPY);
    CALL(msgctl, -1, IPC_STAT, &status);
    CALL(msgctl, -1, IPC_SET, NOWHERE);
    CALL(msgctl, -1, MSG_STAT, &status);
    CALL(msgctl, -1, 0x100 | 77, &status);
    return 0;
}
