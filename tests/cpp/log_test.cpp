// The log on standard error, and what DEBUG_MODE_ONRECEIVE_SHOW_EXTENDED_INFO adds to it. LDICOMNET_LOG is read once in
// a process, when the first object is made: here it is "info".

#include <gtest/gtest.h>
#include <ltdic.h>

#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "support/raw_peer.h"
#include "support/world.h"

namespace test {
namespace {

class LogTest : public NetTest {
 protected:
  // Before the objects, and so before the library looks.
  static void SetUpTestSuite() { ASSERT_EQ(setenv("LDICOMNET_LOG", "info", 1), 0); }

  // What is logged as received while `peer` asks for an echo and is answered.
  static std::vector<std::string> ReceivedInAnEcho(RawPeer& peer) {
    testing::internal::CaptureStderr();
    peer.Send(wire::EchoRequest(1));
    EXPECT_FALSE(peer.Receive().empty());
    std::istringstream captured(testing::internal::GetCapturedStderr());
    std::vector<std::string> lines;
    for (std::string line; std::getline(captured, line);) {
      if (line.find(": received ") != std::string::npos)
        lines.push_back(line);
    }
    return lines;
  }
};

TEST_F(LogTest, EachPduReceivedIsALineInDebugModeAndNoneWithout) {
  Probe& server = *Make("server");
  RawPeer peer(Listen(server));
  peer.Send(wire::AssociateRequest());
  ASSERT_FALSE(peer.Receive().empty());
  LDicomNet* const client = server.GetClient(0);
  ASSERT_NE(client, nullptr);
  EXPECT_TRUE(ReceivedInAnEcho(peer).empty());

  EXPECT_EQ(client->SetDebugMode(DEBUG_MODE_ONRECEIVE_SHOW_EXTENDED_INFO), 0U);
  const std::vector<std::string> lines = ReceivedInAnEcho(peer);
  ASSERT_EQ(lines.size(), 1U);
  const std::string peer_address = "peer=127.0.0.1:" + std::to_string(PeerPortOf(*client));
  const std::string length = "bytes=" + std::to_string(wire::EchoRequest(1).size());
  for (const std::string& part : {std::string(" INFO "), peer_address, std::string("P-DATA-TF"), length})
    EXPECT_NE(lines[0].find(part), std::string::npos) << part << " is not in: " << lines[0];

  EXPECT_EQ(client->SetDebugMode(DEBUG_MODE_ONSEND_SHOW_EXTENDED_INFO),
            static_cast<L_UINT32>(DEBUG_MODE_ONRECEIVE_SHOW_EXTENDED_INFO));
  EXPECT_TRUE(ReceivedInAnEcho(peer).empty());
}

}  // namespace
}  // namespace test
