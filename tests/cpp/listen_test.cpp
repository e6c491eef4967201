// Listen, both overloads, row by row of the table in the interface's manual, and GetHostInfo.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <ifaddrs.h>
#include <ltdic.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <memory>
#include <string>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

// Nobody's address (RFC 5737, TEST-NET-3; RFC 3849).
constexpr char kForeignV4[] = "203.0.113.77";
constexpr char kForeignV6[] = "2001:db8::77";

struct Row {
  const char* name;
  const char* host;
  L_UINT port;
  L_INT backlog;
  L_INT ip_type;
  L_INT result;
  const char* address;  // what GetHostInfo says; NULL: some address of this computer
};

const Row kRows[] = {
    {"NullV4", nullptr, 0, 5, DICOM_IPTYPE_IPV4, DICOM_SUCCESS, nullptr},
    {"NullV6", nullptr, 0, 5, DICOM_IPTYPE_IPV6, DICOM_SUCCESS, nullptr},
    {"NullBoth", nullptr, 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6, DICOM_SUCCESS, nullptr},
    {"EmptyV4", "", 0, 5, DICOM_IPTYPE_IPV4, DICOM_SUCCESS, nullptr},
    {"EmptyV6", "", 0, 5, DICOM_IPTYPE_IPV6, DICOM_SUCCESS, nullptr},
    {"EmptyBoth", "", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6, DICOM_SUCCESS, nullptr},
    {"AnyV4", "*", 0, 5, DICOM_IPTYPE_IPV4, DICOM_SUCCESS, "0.0.0.0"},
    {"AnyV6", "*", 0, 5, DICOM_IPTYPE_IPV6, DICOM_SUCCESS, "::"},
    {"AnyBoth", "*", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6, DICOM_SUCCESS, "::"},
    {"LiteralV4", "127.0.0.1", 0, 5, DICOM_IPTYPE_IPV4, DICOM_SUCCESS, "127.0.0.1"},
    {"LiteralV6", "::1", 0, 5, DICOM_IPTYPE_IPV6, DICOM_SUCCESS, "::1"},
    {"LiteralV4Both", "127.0.0.1", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6, DICOM_SUCCESS, "127.0.0.1"},
    {"LiteralV6Both", "::1", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6, DICOM_SUCCESS, "::1"},
    {"NameV4", "localhost", 0, 5, DICOM_IPTYPE_IPV4, DICOM_SUCCESS, "127.0.0.1"},
    {"NameBoth", "localhost", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6, DICOM_SUCCESS, nullptr},
    {"BacklogZero", "127.0.0.1", 0, 0, DICOM_IPTYPE_IPV4, DICOM_SUCCESS, "127.0.0.1"},
    {"BacklogHuge", "127.0.0.1", 0, INT_MAX, DICOM_IPTYPE_IPV4, DICOM_SUCCESS, "127.0.0.1"},
    {"BacklogNegative", "127.0.0.1", 0, -1, DICOM_IPTYPE_IPV4, DICOM_ERROR_PARAMETER, nullptr},
    {"BacklogMostNegative", "127.0.0.1", 0, INT_MIN, DICOM_IPTYPE_IPV4, DICOM_ERROR_PARAMETER, nullptr},
    {"PortOver", "127.0.0.1", 65536, 5, DICOM_IPTYPE_IPV4, DICOM_ERROR_PARAMETER, nullptr},
    {"PortFarOver", "127.0.0.1", UINT_MAX, 5, DICOM_IPTYPE_IPV4, DICOM_ERROR_PARAMETER, nullptr},
    {"TypeNone", "127.0.0.1", 0, 5, DICOM_IPTYPE_NONE, DICOM_ERROR_PARAMETER, nullptr},
    {"Type99", "127.0.0.1", 0, 5, 99, DICOM_ERROR_PARAMETER, nullptr},
    {"TypeNegative", "*", 0, 5, -1, DICOM_ERROR_PARAMETER, nullptr},
    {"V4LiteralAsV6", "127.0.0.1", 0, 5, DICOM_IPTYPE_IPV6, DICOM_IPV4_IPV6_CONFLICT, nullptr},
    {"V6LiteralAsV4", "::1", 0, 5, DICOM_IPTYPE_IPV4, DICOM_IPV4_IPV6_CONFLICT, nullptr},
    {"NotLocalV4", kForeignV4, 0, 5, DICOM_IPTYPE_IPV4, DICOM_ERROR_NET_ADDRESS_NOT_AVAILABLE, nullptr},
    {"NotLocalV6", kForeignV6, 0, 5, DICOM_IPTYPE_IPV6, DICOM_ERROR_NET_ADDRESS_NOT_AVAILABLE, nullptr},
    {"ScopeMissing", "fe80::1", 0, 5, DICOM_IPTYPE_IPV6, DICOM_ERROR_PARAMETER, nullptr},
    {"ScopeUnknown", "fe80::1%nosuch0", 0, 5, DICOM_IPTYPE_IPV6, DICOM_ERROR_NET_ADDRESS_NOT_AVAILABLE, nullptr},
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

class ListenTable : public ::testing::TestWithParam<Row> {};

TEST_P(ListenTable, AnswersAsTheTableSays) {
  const Row& row = GetParam();
  LDicomNet listener;
  ASSERT_EQ(listener.Listen(row.host, row.port, row.backlog, row.ip_type), row.result);
  if (row.result != DICOM_SUCCESS) {
    EXPECT_FALSE(listener.IsActivated());
    EXPECT_EQ(listener.GetHostInfo(nullptr, 0, nullptr), DICOM_ERROR_NET_NOT_CONNECTED);
    // What was refused leaves the object as it was.
    EXPECT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
    return;
  }
  EXPECT_TRUE(listener.IsActivated());
  EXPECT_FALSE(listener.IsConnected());
  EXPECT_FALSE(listener.IsAssociated());
  const L_UINT port = PortOf(listener);
  EXPECT_NE(port, 0U);
  const std::string host = HostOf(listener);
  if (row.address != nullptr) {
    EXPECT_EQ(host, row.address);
  } else {
    EXPECT_NE(host, "0.0.0.0");
    EXPECT_NE(host, "::");
    EXPECT_EQ(host.find_first_of("[]"), std::string::npos);
    // It is an address that one can connect to.
    EXPECT_FALSE(IsRefused(port, host)) << host;
  }
  listener.Close();
  EXPECT_FALSE(listener.IsActivated());
}

INSTANTIATE_TEST_SUITE_P(Rows, ListenTable, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

TEST(Listen, ShortFormIsIpv4) {
  LDicomNet listener;
  EXPECT_EQ(listener.Listen("::1", 0, 5), DICOM_IPV4_IPV6_CONFLICT);
  EXPECT_EQ(listener.Listen("127.0.0.1", 65536, 5), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(listener.Listen("127.0.0.1", 0, -1), DICOM_ERROR_PARAMETER);
  ASSERT_EQ(listener.Listen("*", 0, 5), DICOM_SUCCESS);
  EXPECT_EQ(HostOf(listener), "0.0.0.0");
  EXPECT_TRUE(IsRefused(PortOf(listener), "::1"));
}

TEST(Listen, NameThatNobodyKnows) {
  LDicomNet listener;
  const L_INT error = listener.Listen("no-such-host.invalid", 0, 5);
  // Which of the resolver's errors it is depends on whether a name server can be asked.
  EXPECT_TRUE(error == DICOM_ERROR_NET_HOST_NOT_FOUND || error == DICOM_ERROR_NET_NO_DATA ||
              error == DICOM_ERROR_NET_NO_RECOVERY || error == DICOM_ERROR_NET_TRY_AGAIN)
      << error;
}

TEST(Listen, BothTypesOnOnePort) {
  LDicomNet listener;
  ASSERT_EQ(listener.Listen("*", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6), DICOM_SUCCESS);
  EXPECT_FALSE(IsRefused(PortOf(listener), "127.0.0.1"));
  EXPECT_FALSE(IsRefused(PortOf(listener), "::1"));
}

TEST(Listen, Ipv6IsIpv6Alone) {
  LDicomNet listener;
  ASSERT_EQ(listener.Listen("*", 0, 5, DICOM_IPTYPE_IPV6), DICOM_SUCCESS);
  EXPECT_FALSE(IsRefused(PortOf(listener), "::1"));
  EXPECT_TRUE(IsRefused(PortOf(listener), "127.0.0.1"));
}

TEST(Listen, OwnAddressesOfBothTypesShareAPort) {
  LDicomNet v4;
  LDicomNet v6;
  LDicomNet both;
  ASSERT_EQ(v4.Listen("", 0, 5, DICOM_IPTYPE_IPV4), DICOM_SUCCESS);
  ASSERT_EQ(v6.Listen("", 0, 5, DICOM_IPTYPE_IPV6), DICOM_SUCCESS);
  ASSERT_EQ(both.Listen("", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6), DICOM_SUCCESS);
  EXPECT_FALSE(IsRefused(PortOf(both), HostOf(v4))) << HostOf(v4);
  EXPECT_FALSE(IsRefused(PortOf(both), HostOf(v6))) << HostOf(v6);
}

TEST(Listen, PortInUse) {
  LDicomNet first;
  LDicomNet second;
  ASSERT_EQ(first.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
  const L_UINT port = PortOf(first);
  EXPECT_EQ(second.Listen("127.0.0.1", port, 5), DICOM_ERROR_NET_ADDRESS_IN_USE);
  EXPECT_EQ(second.Listen("*", port, 5, DICOM_IPTYPE_IPV4_OR_IPV6), DICOM_ERROR_NET_ADDRESS_IN_USE);
  first.Close();
  EXPECT_EQ(second.Listen("127.0.0.1", port, 5), DICOM_SUCCESS);
  EXPECT_EQ(PortOf(second), port);
}

// A link-local address of this computer as it is written with its scope; "" when there is none.
std::string LinkLocalAddress() {
  std::string found;
  ifaddrs* all = nullptr;
  if (getifaddrs(&all) != 0)
    return found;
  for (const ifaddrs* each = all; each != nullptr && found.empty(); each = each->ifa_next) {
    if (each->ifa_addr == nullptr || each->ifa_addr->sa_family != AF_INET6 || (each->ifa_flags & IFF_UP) == 0)
      continue;
    const auto* const address = reinterpret_cast<const sockaddr_in6*>(each->ifa_addr);
    char text[INET6_ADDRSTRLEN] = "";
    inet_ntop(AF_INET6, &address->sin6_addr, text, sizeof(text));
    if (IN6_IS_ADDR_LINKLOCAL(&address->sin6_addr))
      found = std::string(text) + "%" + each->ifa_name;
  }
  freeifaddrs(all);
  return found;
}

TEST(Listen, LinkLocalAddressWithItsScope) {
  const std::string address = LinkLocalAddress();
  if (address.empty())
    GTEST_SKIP() << "this computer has no link-local address";
  LDicomNet listener;
  ASSERT_EQ(listener.Listen(address.c_str(), 0, 5, DICOM_IPTYPE_IPV6), DICOM_SUCCESS) << address;
  EXPECT_EQ(HostOf(listener), address);
  LDicomNet client;
  ASSERT_EQ(client.Connect(nullptr, 0, address.c_str(), PortOf(listener), DICOM_IPTYPE_IPV6, 10000), DICOM_SUCCESS);
  L_TCHAR peer[NET_MAX_ADDRESS_SIZE_EX];
  EXPECT_EQ(client.GetPeerInfo(peer, sizeof(peer), nullptr), DICOM_SUCCESS);
  EXPECT_EQ(peer, address);
}

// The port that a program without privileges may not take; 0 when it may take every one.
L_UINT PrivilegedPort() {
  L_UINT first = 1024;
  std::ifstream("/proc/sys/net/ipv4/ip_unprivileged_port_start") >> first;
  return first == 0 ? 0 : first - 1;
}

TEST(ListenDeathTest, PrivilegedPort) {
  const L_UINT port = PrivilegedPort();
  if (port == 0)
    GTEST_SKIP() << "every port is free to all here";
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // Privileges are given up in a process of its own.
  EXPECT_EXIT(
      {
        constexpr uid_t kNobody = 65534;
        if (geteuid() == 0 && seteuid(kNobody) != 0)
          _exit(255);
        LDicomNet listener;
        _exit(listener.Listen("127.0.0.1", port, 5));
      },
      ::testing::ExitedWithCode(DICOM_ERROR_NET_ACCESS), "");
  if (geteuid() == 0) {
    LDicomNet listener;
    const L_INT result = listener.Listen("127.0.0.1", port, 5);
    EXPECT_TRUE(result == DICOM_SUCCESS || result == DICOM_ERROR_NET_ADDRESS_IN_USE) << result;
  }
}

// 77: it cannot be tried here. Anything else but 0: the line that failed.
int ListenWithoutIpv6() {
  constexpr int kCannot = 77;
  if (unshare(CLONE_NEWNET) != 0)
    return kCannot;
  std::FILE* const disable = std::fopen("/proc/sys/net/ipv6/conf/all/disable_ipv6", "w");
  if (disable == nullptr)
    return kCannot;
  const bool written = std::fputs("1", disable) >= 0;
  if (std::fclose(disable) != 0 || !written)
    return kCannot;
  const int any = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ifreq loopback = {};
  std::strncpy(loopback.ifr_name, "lo", sizeof(loopback.ifr_name) - 1);
  loopback.ifr_flags = IFF_UP | IFF_RUNNING;
  const bool up = ioctl(any, SIOCSIFFLAGS, &loopback) == 0;
  close(any);
  if (!up)
    return kCannot;
  LDicomNet everywhere;
  if (everywhere.Listen("*", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6) != DICOM_SUCCESS)
    return 1;
  if (IsRefused(PortOf(everywhere), "127.0.0.1"))
    return 2;
  LDicomNet v6;
  if (v6.Listen("::1", 0, 5, DICOM_IPTYPE_IPV6) != DICOM_ERROR_NET_ADDRESS_NOT_AVAILABLE)
    return 3;
  // "" and both: what there is.
  LDicomNet own;
  if (own.Listen("", 0, 5, DICOM_IPTYPE_IPV4) != DICOM_SUCCESS)
    return 4;
  return 0;
}

TEST(ListenDeathTest, Ipv6SwitchedOff) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  const auto passed_or_impossible = [](int status) {
    return WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
  };
  EXPECT_EXIT(_exit(ListenWithoutIpv6()), passed_or_impossible, "");
}

TEST(Listen, TwiceIsRefused) {
  LDicomNet listener;
  ASSERT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
  const L_UINT port = PortOf(listener);
  EXPECT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_ERROR_NET_IS_CONNECTED);
  EXPECT_EQ(listener.Connect(nullptr, 0, "127.0.0.1", port), DICOM_ERROR_NET_IS_CONNECTED);
  EXPECT_EQ(PortOf(listener), port);
  EXPECT_FALSE(IsRefused(port));
}

TEST(Listen, WhileConnectedOrConnecting) {
  LDicomNet listener;
  ASSERT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
  LDicomNet connected;
  ASSERT_EQ(connected.Connect(nullptr, 0, "127.0.0.1", PortOf(listener), DICOM_IPTYPE_IPV4, -1), DICOM_SUCCESS);
  EXPECT_EQ(connected.Listen("127.0.0.1", 0, 5), DICOM_ERROR_NET_IS_CONNECTED);
  RawListener silent(0);
  silent.Fill();
  LDicomNet connecting;
  ASSERT_EQ(connecting.Connect(nullptr, 0, "127.0.0.1", silent.port()), DICOM_SUCCESS);
  EXPECT_EQ(connecting.Listen("127.0.0.1", 0, 5), DICOM_ERROR_NET_IS_CONNECTED);
}

TEST(Listen, TheSamePortAgainAtOnce) {
  LDicomNet listener;
  ASSERT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
  const L_UINT port = PortOf(listener);
  {
    // A connection that this side ends first, and whose port is in TIME_WAIT then.
    RawPeer peer(port);
    LDicomNet accepted;
    ASSERT_EQ(listener.Accept(&accepted, -1), DICOM_SUCCESS);
    accepted.Close();
    EXPECT_EQ(peer.AwaitEnd(), 0);
  }
  listener.Close();
  EXPECT_TRUE(IsRefused(port));
  EXPECT_EQ(listener.Listen("127.0.0.1", port, 5), DICOM_SUCCESS);
  EXPECT_EQ(PortOf(listener), port);
}

TEST(Listen, HostInfo) {
  LDicomNet listener;
  L_UINT port = 99;
  L_TCHAR address[NET_MAX_ADDRESS_SIZE_EX] = "before";
  EXPECT_EQ(listener.GetHostInfo(address, sizeof(address), &port), DICOM_ERROR_NET_NOT_CONNECTED);
  EXPECT_STREQ(address, "");
  ASSERT_EQ(listener.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
  EXPECT_EQ(listener.GetPeerInfo(address, sizeof(address), &port), DICOM_ERROR_NET_NOT_CONNECTED);

  const std::string text = "127.0.0.1";
  for (L_UINT32 size = 1; size <= text.size(); ++size) {
    std::strcpy(address, "before");
    EXPECT_EQ(listener.GetHostInfo(address, size, &port), DICOM_ERROR_PARAMETER) << size;
    EXPECT_STREQ(address, "");
  }
  EXPECT_EQ(listener.GetHostInfo(address, 0, &port), DICOM_ERROR_PARAMETER);
  EXPECT_EQ(listener.GetHostInfo(address, static_cast<L_UINT32>(text.size() + 1), &port), DICOM_SUCCESS);
  EXPECT_EQ(address, text);
  EXPECT_EQ(listener.GetHostInfo(address, NET_MAX_ADDRESS_SIZE, nullptr), DICOM_SUCCESS);
  EXPECT_EQ(listener.GetHostInfo(nullptr, 0, &port), DICOM_SUCCESS);
  EXPECT_EQ(listener.GetHostInfo(nullptr, 0, nullptr), DICOM_SUCCESS);
  EXPECT_FALSE(IsRefused(port));
}

TEST(Listen, SecureModes) {
  LDicomNet iscl(nullptr, static_cast<L_INT32>(DICOM_SECURE_ISCL));
  EXPECT_EQ(iscl.GetSecureMode(), DICOM_SECURE_ISCL);
  EXPECT_EQ(iscl.Listen("127.0.0.1", 0, 5), DICOM_ERROR_BAD_SECURE_MODE);
  EXPECT_EQ(iscl.Connect(nullptr, 0, "127.0.0.1", 1), DICOM_ERROR_BAD_SECURE_MODE);

  LDicomNet later(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE), L_TRUE);
  EXPECT_EQ(later.Listen("127.0.0.1", 0, 5), DICOM_ERROR_NET_NOT_INITIALISED);
  EXPECT_EQ(later.Connect(nullptr, 0, "127.0.0.1", 1), DICOM_ERROR_NET_NOT_INITIALISED);
  EXPECT_EQ(later.Initialize(nullptr, static_cast<L_INT32>(DICOM_SECURE_ISCL), nullptr), DICOM_ERROR_BAD_SECURE_MODE);
  EXPECT_EQ(later.Initialize(nullptr, 12345, nullptr), DICOM_ERROR_BAD_SECURE_MODE);
  EXPECT_EQ(later.Initialize("/tmp", static_cast<L_INT32>(DICOM_SECURE_NONE), nullptr), DICOM_SUCCESS);
  EXPECT_EQ(later.GetSecureMode(), DICOM_SECURE_NONE);
  EXPECT_EQ(later.Listen("127.0.0.1", 0, 5), DICOM_SUCCESS);
  EXPECT_EQ(later.Initialize(nullptr, static_cast<L_INT32>(DICOM_SECURE_NONE), nullptr), DICOM_ERROR_NET_IS_CONNECTED);
}

int OptionOf(int descriptor, int level, int name) {
  int value = -1;
  socklen_t length = sizeof(value);
  return getsockopt(descriptor, level, name, &value, &length) == 0 ? value : -1;
}

TEST(Listen, WhatItOpensIsClosedOnExecAndKeptAlive) {
  const std::set<int> before = OpenDescriptors();
  LDicomNet listener;
  ASSERT_EQ(listener.Listen("*", 0, 5, DICOM_IPTYPE_IPV4_OR_IPV6), DICOM_SUCCESS);
  LDicomNet client;
  ASSERT_EQ(client.Connect(nullptr, 0, "127.0.0.1", PortOf(listener), DICOM_IPTYPE_IPV4, -1), DICOM_SUCCESS);
  LDicomNet accepted;
  ASSERT_EQ(listener.Accept(&accepted, -1), DICOM_SUCCESS);
  int connections = 0;
  for (const int descriptor : OpenDescriptors()) {
    if (before.count(descriptor) != 0)
      continue;
    EXPECT_NE(fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0) << descriptor;
    sockaddr_storage peer = {};
    socklen_t length = sizeof(peer);
    if (getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &length) != 0 || peer.ss_family == AF_UNIX)
      continue;
    ++connections;
    EXPECT_EQ(OptionOf(descriptor, SOL_SOCKET, SO_KEEPALIVE), 1);
    EXPECT_NE(OptionOf(descriptor, IPPROTO_TCP, TCP_NODELAY), 0);
  }
  EXPECT_EQ(connections, 2);
}

}  // namespace
}  // namespace test
