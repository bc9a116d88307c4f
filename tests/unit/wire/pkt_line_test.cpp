#include "wire/pkt_line.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

#include <random>

namespace occ::wire {
namespace {

using test::failure_of;

Packet whole(std::string_view bytes) {
  return std::get<Packet>(decode_packet(as_bytes(bytes)));
}

TEST(DecodePacket, AsksForExactlyTheBytesThatAreMissing) {
  constexpr std::string_view kWhole = "0009done\n";
  for (std::size_t cut = 0; cut < kWhole.size(); ++cut) {
    SCOPED_TRACE(cut);
    const auto step = decode_packet(as_bytes(kWhole.substr(0, cut)));
    EXPECT_EQ(std::get<Incomplete>(step).missing, cut < 4 ? 4 - cut : kWhole.size() - cut);
  }
}

TEST(DecodePacket, TakesAPacketAndNothingBehindIt) {
  const Packet packet = whole("0009done\n0000PACK");
  EXPECT_EQ(packet.kind, PacketKind::data);
  EXPECT_EQ(as_text(packet.payload), "done\n");
  EXPECT_EQ(packet.line(), "done");
  EXPECT_EQ(packet.size, 9U);
}

TEST(DecodePacket, TellsTheThreeSpecialPacketsApart) {
  EXPECT_EQ(whole("0000").kind, PacketKind::flush);
  EXPECT_EQ(whole("0001").kind, PacketKind::delimiter);
  EXPECT_EQ(whole("0002").kind, PacketKind::response_end);
  for (const std::string_view special : {"0000", "0001", "0002"}) {
    EXPECT_EQ(whole(special).size, 4U);
    EXPECT_TRUE(whole(special).payload.empty());
  }
}

TEST(DecodePacket, TakesTheLegalPacketWithoutAPayload) {
  const Packet packet = whole("0004");
  EXPECT_EQ(packet.kind, PacketKind::data);
  EXPECT_TRUE(packet.payload.empty());
  EXPECT_EQ(packet.line(), "");
}

TEST(DecodePacket, RefusesLengthsThatNoPacketHas) {
  for (const std::string_view bad : {"0003", "fff1", "fff4", "ffff", "FFFF"}) {
    EXPECT_EQ(failure_of([&] { (void)decode_packet(as_bytes(bad)); }), FailureCode::protocol_error)
        << bad;
  }
}

TEST(DecodePacket, TakesTheLargestPacket) {
  const std::string largest = "fff0" + std::string(65516, 'x');
  EXPECT_EQ(whole(largest).payload.size(), 65516U);
  EXPECT_EQ(std::get<Incomplete>(decode_packet(as_bytes("fff0"))).missing, 65516U);
}

TEST(DecodePacket, RefusesALengthThatIsNotHexadecimal) {
  for (const std::string_view bad : {"HTTP", "<!DO", "00g0", "-001", " 005", "0x05", "PACK"}) {
    EXPECT_EQ(failure_of([&] { (void)decode_packet(as_bytes(bad)); }), FailureCode::protocol_error)
        << bad;
  }
}

TEST(DecodePacket, ReadsDigitsOfBothCases) {
  EXPECT_EQ(whole("000Ax23456").size, 10U);
  EXPECT_EQ(whole("000ax23456").size, 10U);
}

TEST(DecodePacket, ShowsNoControlBytesOfABadLengthInItsMessage) {
  const std::string text = test::failure_text([] { (void)decode_packet(as_bytes("\x1b[2J")); });
  EXPECT_NE(text.find("not hexadecimal"), std::string::npos);
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
}

TEST(DecodePacket, EitherDecodesOrAsksOrFailsForAnyBytes) {
  std::mt19937 random(1);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes(random() % 12, '\0');
    for (char& c : bytes) c = "0123456789abcdefABZ\n"[random() % 20];
    try {
      const auto step = decode_packet(as_bytes(bytes));
      if (const auto* packet = std::get_if<Packet>(&step)) {
        EXPECT_LE(packet->size, bytes.size());
        EXPECT_GE(packet->size, 4U);
      } else {
        EXPECT_GT(std::get<Incomplete>(step).missing, 0U);
      }
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code(), FailureCode::protocol_error);
    }
  }
}

TEST(Packet, DropsOneLineEndFromItsLineAndNoMore) {
  EXPECT_EQ(whole("0006a\n").line(), "a");
  EXPECT_EQ(whole("0007a\n\n").line(), "a\n");
  EXPECT_EQ(whole("0005a").line(), "a");
}

TEST(AppendPacket, WritesWhatDecodePacketReads) {
  for (const std::size_t size : {0U, 1U, 11U, 12U, 251U, 252U, 4091U, 4092U, 65516U}) {
    std::string out = "before";
    append_packet(out, std::string(size, 'p'));
    const Packet packet = whole(std::string_view(out).substr(6));
    EXPECT_EQ(packet.payload.size(), size);
    EXPECT_EQ(packet.size, size + 4);
  }
}

TEST(AppendPacket, RefusesAPayloadThatDoesNotFit) {
  std::string out;
  EXPECT_EQ(failure_of([&] { append_packet(out, std::string(65517, 'p')); }),
            FailureCode::internal_error);
}

TEST(AppendLine, EndsTheLine) {
  std::string out;
  append_line(out, "done");
  append_delimiter(out);
  append_flush(out);
  EXPECT_EQ(out, "0009done\n00010000");
}

}  // namespace
}  // namespace occ::wire
