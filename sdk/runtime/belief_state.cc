// Belief states as bytes: a header, then all that a row goes on from and what
// was last read off it. Little-endian, without gaps but those of the state's
// layout.

#include <cstring>
#include <string>

#include "sdk/base/hash.h"
#include "sdk/runtime/beliefs.h"

namespace credo::runtime {

struct Beliefs::Header {
  char magic[8];
  uint64_t architecture;  // Network::architecture
  uint64_t layout;        // StateLayout::hash
  uint64_t bytes;         // of the whole
  uint64_t hash;          // of all that follows the header
};

namespace {

constexpr char kMagic[8] = {'C', 'R', 'E', 'D', 'O', 'B', 'S', '1'};

std::string SizeText(const Network& network, size_t found) {
  return std::to_string(Beliefs::StateBytes(network)) + " bytes, found " +
         std::to_string(found);
}

}  // namespace

template <typename Visitor>
void Beliefs::VisitSaved(int64_t row, Visitor field) const {
  Row& it = rows_[row];
  field(&it.progress, sizeof(Progress));
  field(&it.log_probability, sizeof(float));
  field(&values_[row], sizeof(float));
  field(action(row).data(), action(row).size_bytes());
  field(mask(row).data(), mask(row).size());
  field(policy(row),
        network_.distribution().parameters() * sizeof(float));
  field(belief(row), network_.core().belief_size() * sizeof(float));
  field(state(row), static_cast<size_t>(state_size_));
}

int64_t Beliefs::StateBytes(const Network& network) {
  const ActionDistribution& distribution = network.distribution();
  const int64_t floats = 2 + distribution.words() + distribution.parameters() +
                         network.core().belief_size();
  const int64_t mask =
      network.spec().action.has_mask ? distribution.mask_size() : 0;
  return static_cast<int64_t>(sizeof(Header) + sizeof(Progress)) + 4 * floats +
         mask + network.core().layout().bytes();
}

Status Beliefs::SaveState(int64_t row, std::span<std::byte> bytes) const {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  if (static_cast<int64_t>(bytes.size()) != StateBytes(network_)) {
    return InvalidArgument("belief state: expected room for " +
                           SizeText(network_, bytes.size()));
  }
  std::byte* to = bytes.data() + sizeof(Header);
  VisitSaved(row, [&](const void* from, size_t size) {
    std::memcpy(to, from, size);
    to += size;
  });
  Header header = {{},
                   network_.architecture(),
                   network_.layout_hash(),
                   bytes.size(),
                   Hash64(bytes.data() + sizeof(Header),
                          bytes.size() - sizeof(Header))};
  std::memcpy(header.magic, kMagic, sizeof(kMagic));
  std::memcpy(bytes.data(), &header, sizeof(header));
  return OkStatus();
}

Status Beliefs::LoadState(int64_t row, std::span<const std::byte> bytes) {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  Header header;
  if (bytes.size() < sizeof(header)) {
    return DataLoss("belief state: expected " +
                    SizeText(network_, bytes.size()));
  }
  std::memcpy(&header, bytes.data(), sizeof(header));
  if (std::memcmp(header.magic, kMagic, sizeof(kMagic)) != 0) {
    return DataLoss("belief state: expected bytes of credo's, found others");
  }
  if (header.architecture != network_.architecture() ||
      header.layout != network_.layout_hash()) {
    return InvalidArgument(
        "belief state: expected one of this agent's world and architecture, "
        "found another's");
  }
  if (static_cast<int64_t>(bytes.size()) != StateBytes(network_) ||
      header.bytes != bytes.size()) {
    return DataLoss("belief state: expected " +
                    SizeText(network_, bytes.size()));
  }
  if (header.hash != Hash64(bytes.data() + sizeof(header),
                            bytes.size() - sizeof(header))) {
    return DataLoss("belief state: damaged: its hash does not fit");
  }
  const std::byte* from = bytes.data() + sizeof(header);
  VisitSaved(row, [&](void* to, size_t size) {
    std::memcpy(to, from, size);
    from += size;
  });
  Row& it = rows_[row];
  it.reward = 0;
  it.end = Kind::kMid;
  it.observed = 0;
  it.acted = 0;
  return OkStatus();
}

}  // namespace credo::runtime
