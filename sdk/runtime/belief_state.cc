// Belief states as bytes: a header, then all that a row goes on from and what
// was last read off it. Little-endian, without gaps but those of the state's
// layout.

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>
#include <type_traits>

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
void Beliefs::VisitSaved(const Network& network, const Saved& row,
                         Visitor field) {
  const ActionDistribution& distribution = network.distribution();
  const int64_t mask =
      network.spec().action.has_mask ? distribution.mask_size() : 0;
  const auto numbers = [](int64_t count) {
    return static_cast<size_t>(count) * sizeof(float);
  };
  field(row.progress, sizeof(Progress));
  field(row.log_probability, sizeof(float));
  field(row.value, sizeof(float));
  field(row.action, numbers(distribution.words()));
  field(row.mask, static_cast<size_t>(mask));
  field(row.policy, numbers(distribution.parameters()));
  field(row.belief, numbers(network.core().belief_size()));
  field(row.state, static_cast<size_t>(network.core().layout().bytes()));
}

Beliefs::Saved Beliefs::saved(int64_t row) const {
  return {&rows_[row].progress, &rows_[row].log_probability, &values_[row],
          action(row).data(),   mask(row).data(),            policy(row),
          belief(row),          state(row)};
}

Status Beliefs::CheckSaved(int64_t row, const std::byte* bytes) const {
  const Saved to = saved(row);
  Status status;
  bool owes = false;  // the host owes an action
  const auto require = [&](bool fine, const char* message) {
    if (status.ok() && !fine) status = InvalidArgument(message);
  };
  VisitSaved(network_, to, [&](auto* field, size_t size) {
    using Field = std::remove_pointer_t<decltype(field)>;
    if constexpr (std::is_same_v<Field, Progress>) {
      Progress progress;
      std::memcpy(&progress, bytes, sizeof progress);
      owes = progress.lacks_action != 0;
      require(progress.next_is_first <= 1 && progress.has_stepped <= 1 &&
                  progress.lacks_action <= 1 &&
                  progress.lacks_action + progress.next_is_first <= 1 &&
                  progress.has_stepped + progress.next_is_first >= 1,
              "expected the flags of a row, found others");
    } else if constexpr (std::is_same_v<Field, uint8_t>) {
      for (size_t i = 0; i < size; ++i) {
        require(bytes[i] <= std::byte{1},
                "mask: expected 0 or 1 for each choice, found more");
      }
    } else if (static_cast<const void*>(field) == to.action) {
      // Copied to where floats are aligned.
      float* const words = chunk_inputs_.data();
      std::memcpy(words, bytes, size);
      const Status checked = network_.distribution().Check(
          {words, static_cast<size_t>(words_)});
      if (status.ok()) status = checked;
    } else if (static_cast<const void*>(field) == to.log_probability) {
      float number;
      std::memcpy(&number, bytes, sizeof number);
      require(std::isnan(number) || (std::isfinite(number) && !owes),
              "expected the logarithm of a probability, found another number");
    } else {
      for (size_t at = 0; at < size; at += sizeof(float)) {
        float number;
        std::memcpy(&number, bytes + at, sizeof number);
        require(std::isfinite(number),
                "expected finite numbers, found one that is not");
      }
      if (static_cast<const void*>(field) == to.state && status.ok()) {
        status = CheckMemory(bytes);
      }
    }
    bytes += size;
  });
  return status.ok() ? status : status.At("belief state");
}

Status Beliefs::CheckMemory(const std::byte* state) const {
  const Core& core = network_.core();
  // Copied to where floats are aligned.
  std::memcpy(scratch_.data(), state,
              static_cast<size_t>(core.layout().bytes()));
  return core.memory().CheckContents(
      scratch_.data() +
      core.memory_offset() / static_cast<int64_t>(sizeof(float)));
}

int64_t Beliefs::StateBytes(const Network& network) {
  size_t bytes = sizeof(Header);
  VisitSaved(network, Saved(), [&](void*, size_t size) { bytes += size; });
  return static_cast<int64_t>(bytes);
}

Status Beliefs::SaveState(int64_t row, std::span<std::byte> bytes) const {
  CREDO_RETURN_IF_ERROR(CheckRow(row));
  if (static_cast<int64_t>(bytes.size()) != StateBytes(network_)) {
    return InvalidArgument("belief state: expected room for " +
                           SizeText(network_, bytes.size()));
  }
  std::byte* to = bytes.data() + sizeof(Header);
  VisitSaved(network_, saved(row), [&](const void* from, size_t size) {
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
  CREDO_RETURN_IF_ERROR(CheckSaved(row, from));
  VisitSaved(network_, saved(row), [&](void* to, size_t size) {
    std::memcpy(to, from, size);
    from += size;
  });
  std::ranges::copy(mask(row), next_mask(row).begin());
  StartRecord(rows_[row]);
  rows_[row].shown = false;
  return OkStatus();
}

}  // namespace credo::runtime
