/* SPDX-License-Identifier: MIT
 * Requests about network interfaces. */
#include <criterion/criterion.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>

#include "call_scene.h"

static void expect_request(uint64_t request, const struct ifreq *interface, int64_t result, const char *text)
{
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, request, SCENE_MEMORY}, interface, sizeof *interface, result, text);
}

Test(interface_decoders, an_answer_is_there_if_the_request_succeeded)
{
    const struct ifreq interface = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_LOOPBACK};

    expect_request(SIOCGIFFLAGS, &interface, 0, "ioctl(3, SIOCGIFFLAGS, {ifr_name=\"lo\", ifr_flags=IFF_UP|IFF_LOOPBACK}) = 0");
    expect_request(SIOCGIFFLAGS, &interface, -19, "ioctl(3, SIOCGIFFLAGS, {ifr_name=\"lo\"}) = -1 ENODEV (No such device)");
    expect_request(SIOCSIFFLAGS, &interface, -1,
                   "ioctl(3, SIOCSIFFLAGS, {ifr_name=\"lo\", ifr_flags=IFF_UP|IFF_LOOPBACK}) = -1 EPERM (Operation not permitted)");
}

Test(interface_decoders, addresses_of_hardware_have_the_length_of_their_kind)
{
    struct ifreq interface = {.ifr_name = "eth0", .ifr_hwaddr = {ARPHRD_ETHER, "\1\2\3\4\5\377\7"}};

    expect_request(
        SIOCGIFHWADDR, &interface, 0,
        "ioctl(3, SIOCGIFHWADDR, {ifr_name=\"eth0\", ifr_hwaddr={sa_family=ARPHRD_ETHER, sa_data=01:02:03:04:05:ff}}) = 0");
    interface.ifr_hwaddr.sa_family = ARPHRD_AX25;
    expect_request(SIOCGIFHWADDR, &interface, 0,
                   "ioctl(3, SIOCGIFHWADDR, {ifr_name=\"eth0\", ifr_hwaddr={sa_family=ARPHRD_AX25, "
                   "sa_data=01:02:03:04:05:ff:07}}) = 0");
}

Test(interface_decoders, an_interface_is_found_by_number)
{
    const struct ifreq interface = {.ifr_name = "lo", .ifr_ifindex = 1};

    expect_request(SIOCGIFNAME, &interface, 0, "ioctl(3, SIOCGIFNAME, {ifr_ifindex=1, ifr_name=\"lo\"}) = 0");
    expect_request(SIOCGIFNAME, &interface, -19, "ioctl(3, SIOCGIFNAME, {ifr_ifindex=1}) = -1 ENODEV (No such device)");
}

Test(interface_decoders, a_name_need_not_end)
{
    struct ifreq interface;

    memset(&interface, 'x', sizeof interface);
    expect_request(SIOCGIFMTU, &interface, -19,
                   "ioctl(3, SIOCGIFMTU, {ifr_name=\"xxxxxxxxxxxxxxxx\"}) = -1 ENODEV (No such device)");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, SIOCGIFMTU, 0}, NULL, 0, -14,
                   "ioctl(3, SIOCGIFMTU, NULL) = -1 EFAULT (Bad address)");
    expect_decoded(SYS_ioctl, (const uint64_t[6]){3, SIOCSIFMTU, 0x99}, NULL, 0, -14,
                   "ioctl(3, SIOCSIFMTU, 0x99) = -1 EFAULT (Bad address)");
}
