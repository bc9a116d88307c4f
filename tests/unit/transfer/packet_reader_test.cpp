#include "transfer/packet_reader.hpp"

#include "samples.hpp"

#include <gtest/gtest.h>

namespace occ::transfer {
namespace {

using test::failure_of;
using test::flush;
using test::pkt;

// Brings `bytes` in pieces of `piece` bytes. Each piece is gone when the next is read, as with a
// real stream.
class PieceStream final : public net::Stream {
 public:
  PieceStream(std::string bytes, std::size_t piece) : bytes_(std::move(bytes)), piece_(piece) {}

  Bytes read() override {
    lent_ = std::make_unique<std::string>(bytes_.substr(0, piece_));
    bytes_.erase(0, lent_->size());
    return as_bytes(*lent_);
  }
  void write(Bytes /*bytes*/) override {}
  void finish_writing() override {}

 private:
  std::string bytes_;
  std::size_t piece_;
  std::unique_ptr<std::string> lent_;
};

PacketReader reader(std::string bytes, std::size_t piece) {
  return PacketReader(std::make_unique<PieceStream>(std::move(bytes), piece));
}

const std::string kSample =
    pkt("first") + flush() + test::raw_pkt("") + test::delimiter() + pkt(std::string(300, 'x'));

TEST(PacketReader, BringsTheSamePacketsHoweverTheyAreCut) {
  for (std::size_t piece = 1; piece <= kSample.size(); ++piece) {
    SCOPED_TRACE(piece);
    auto packets = reader(kSample, piece);
    EXPECT_EQ(packets.next().line(), "first");
    EXPECT_EQ(packets.next().kind, wire::PacketKind::flush);
    const auto empty = packets.next();
    EXPECT_EQ(empty.kind, wire::PacketKind::data);
    EXPECT_TRUE(empty.payload.empty());
    EXPECT_EQ(packets.next().kind, wire::PacketKind::delimiter);
    EXPECT_EQ(packets.next().line(), std::string(300, 'x'));
    EXPECT_FALSE(packets.next_or_end().has_value());
  }
}

TEST(PacketReader, LooksAheadWithoutTakingAnything) {
  const std::string pack = "PACK and so on";
  for (std::size_t piece = 1; piece <= 20; ++piece) {
    SCOPED_TRACE(piece);
    auto packets = reader(pkt("ACK 1") + pkt("ACK 2") + pack, piece);
    EXPECT_EQ(packets.next().line(), "ACK 1");
    EXPECT_TRUE(packets.next_begins_with("ACK "));
    EXPECT_EQ(packets.next().line(), "ACK 2");
    EXPECT_FALSE(packets.next_begins_with("ACK "));
    std::string rest;
    for (Bytes some = packets.rest(); !some.empty(); some = packets.rest()) rest += as_text(some);
    EXPECT_EQ(rest, pack);
    EXPECT_FALSE(packets.next_begins_with("ACK "));
  }
}

TEST(PacketReader, SaysThatAConnectionWasLostWithinAPacket) {
  for (const std::string& cut : {std::string("0"), std::string("000"), std::string("0009don")}) {
    for (const std::size_t piece : {1U, 100U}) {
      auto packets = reader(cut, piece);
      EXPECT_EQ(failure_of([&] { (void)packets.next_or_end(); }), FailureCode::connection_lost);
    }
  }
}

TEST(PacketReader, SaysThatAConnectionWasLostIfMoreWasDue) {
  auto packets = reader(pkt("only"), 100);
  EXPECT_EQ(packets.next().line(), "only");
  EXPECT_EQ(failure_of([&] { (void)packets.next(); }), FailureCode::connection_lost);
}

TEST(PacketReader, RefusesWhatIsNoPacket) {
  for (const std::size_t piece : {1U, 3U, 100U}) {
    auto packets = reader("<html><body>", piece);
    EXPECT_EQ(failure_of([&] { (void)packets.next(); }), FailureCode::protocol_error);
  }
}

}  // namespace
}  // namespace occ::transfer
