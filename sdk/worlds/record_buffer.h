// Storage for one row of records, and a way to read it by name.
#ifndef CREDO_SDK_WORLDS_RECORD_BUFFER_H_
#define CREDO_SDK_WORLDS_RECORD_BUFFER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/worlds/record_writer.h"

namespace credo {

class RecordBuffer {
 public:
  RecordBuffer(const EnvironmentSpec& spec, int64_t characters)
      : spec_(spec),
        reward_(characters),
        kind_(characters),
        mask_(spec.action.has_mask ? characters * spec.action.choices() : 0) {
    for (const ObservationSpec& observation : spec.observations) {
      // Of floats, so that vectors are aligned.
      arrays_.emplace_back((observation.bytes() * characters + 3) / 4);
      rows_.observations.push_back(
          reinterpret_cast<std::byte*>(arrays_.back().data()));
    }
    rows_.reward = reward_.data();
    rows_.kind = kind_.data();
    rows_.mask = mask_.empty() ? nullptr : mask_.data();
  }
  RecordBuffer(const RecordBuffer&) = delete;
  RecordBuffer& operator=(const RecordBuffer&) = delete;

  const RecordRows& rows() const { return rows_; }
  float reward(int64_t i = 0) const { return reward_[i]; }
  Kind kind(int64_t i = 0) const { return kind_[i]; }
  std::span<const uint8_t> mask(int64_t i = 0) const {
    if (mask_.empty()) return {};
    return std::span(mask_).subspan(i * spec_.action.choices(),
                                    spec_.action.choices());
  }
  std::vector<uint8_t> Bytes(const std::string& name, int64_t i = 0) const {
    return Values<uint8_t>(name, i);
  }
  std::vector<float> Floats(const std::string& name, int64_t i = 0) const {
    return Values<float>(name, i);
  }
  // All of character i's record as bytes, for comparison.
  std::string Record(int64_t i = 0) const {
    std::string bytes;
    const auto append = [&](const void* data, size_t size) {
      bytes.append(static_cast<const char*>(data), size);
    };
    for (size_t o = 0; o < arrays_.size(); ++o) {
      const int64_t size = spec_.observations[o].bytes();
      append(rows_.observations[o] + i * size, size);
    }
    append(&reward_[i], sizeof(float));
    append(&kind_[i], sizeof(Kind));
    append(mask(i).data(), mask(i).size());
    return bytes;
  }

 private:
  template <typename T>
  std::vector<T> Values(const std::string& name, int64_t i) const {
    const int at = spec_.IndexOf(name);
    if (at < 0) throw std::invalid_argument("no observation '" + name + "'");
    const int64_t count = spec_.observations[at].elements();
    const T* data = reinterpret_cast<const T*>(rows_.observations[at]);
    return {data + i * count, data + (i + 1) * count};
  }

  const EnvironmentSpec spec_;
  std::vector<std::vector<float>> arrays_;
  std::vector<float> reward_;
  std::vector<Kind> kind_;
  std::vector<uint8_t> mask_;
  RecordRows rows_;
};

}  // namespace credo

#endif  // CREDO_SDK_WORLDS_RECORD_BUFFER_H_
