/* SPDX-License-Identifier: MIT
 * Limits, usage, and what the system is. */
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/utsname.h>

#include "trace_program.h"

int main(void)
{
    struct rlimit limit = {5000, 8192 * 1024};
    struct rusage usage;
    struct utsname names;
    struct sysinfo info;
    struct tms times;

    CALL(setrlimit, RLIMIT_STACK, &limit);
    limit = (struct rlimit){1024, 1025};
    CALL(setrlimit, RLIMIT_RSS, &limit);
    limit = (struct rlimit){RLIM_INFINITY, RLIM_INFINITY - 1};
    CALL(setrlimit, RLIMIT_RTTIME, &limit);
    limit = (struct rlimit){2048, 1048576};
    CALL(setrlimit, 77, &limit);
    CALL(setrlimit, RLIMIT_CPU, NULL);
    CALL(setrlimit, RLIMIT_CPU, NOWHERE);
    CALL(getrlimit, RLIMIT_CPU, &limit);
    CALL(getrlimit, RLIMIT_STACK, &limit);
    CALL(getrlimit, RLIMIT_CPU, NULL);
    CALL(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit);
    CALL(prlimit64, 0, RLIMIT_NOFILE, &limit, &limit);
    CALL(prlimit64, -1, RLIMIT_NOFILE, &limit, &limit);
    CALL(getrusage, RUSAGE_SELF, &usage);
    CALL(getrusage, RUSAGE_CHILDREN, &usage);
    CALL(getrusage, 5, &usage);
    CALL(getrusage, RUSAGE_THREAD, NULL);
    CALL(uname, &names);
    CALL(uname, NULL);
    CALL(sysinfo, &info);
    CALL(sysinfo, NULL);
    CALL(times, &times);
    CALL(times, NULL);
    CALL(sethostname, "a\tname", 0xffffffff);
    CALL(setdomainname, NOWHERE, 100);
    CALL(syslog, 10, NULL, 0);
    CALL(syslog, 77, NULL, 5);
    CALL(personality, 0xffffffff);
    CALL(personality, 0x0040000);
    CALL(personality, 0x0040008);
    CALL(personality, 0);
    return 0;
}
