// Model files with something wrong, and what a host does with one.
//
// Plain mutations change bytes; the file's hashes must find every one. Forged
// ones change the meaning and make the hashes anew, so that what lies behind
// them is reached: names, shapes, options, numbers.
#ifndef CREDO_TESTS_BINDINGS_MUTATIONS_H_
#define CREDO_TESTS_BINDINGS_MUTATIONS_H_

#include <credo/credo.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "sdk/base/hash.h"
#include "tests/support/random_model.h"

namespace credo {

// --- Mutations ---

class Mutator {
 public:
  explicit Mutator(uint64_t number)
      : draws_(RandomStream(17, "mutation").At(0, number)) {}

  uint32_t Below(size_t n) { return draws_.Below(static_cast<uint32_t>(n)); }
  template <typename List>
  auto& Any(List& list) {
    return list[Below(std::size(list))];
  }

  // `text` with some bytes changed; never as it was.
  std::string Plain(const std::string& text) {
    std::string changed = text;
    while (changed == text) {
      for (uint32_t n = 1 + Below(3); n > 0; --n) ChangeBytes(changed);
    }
    return changed;
  }

  // A model after one change of its meaning, its hashes right. Nothing when no
  // file can hold it.
  std::optional<std::string> Forged(const TensorFile& file) {
    TensorFile changed = file;
    switch (Below(8)) {
      case 0: return ForgedHeader(SerializeTensorFile(file));
      case 1:
      case 2: ChangeMetadata(changed); break;
      case 3: ChangeShape(changed); break;
      case 4: ChangeTensors(changed); break;
      default: ChangeNumbers(changed); break;
    }
    try {
      return SerializeTensorFile(changed);
    } catch (const std::invalid_argument&) {
      return std::nullopt;
    }
  }

  // The tensors of a file after some of their numbers changed.
  void ChangeNumbers(TensorFile& file) {
    NamedTensor& tensor = Any(file.tensors);
    if (tensor.bytes.empty()) return;
    if (tensor.type != DType::kF32) {
      const size_t at = Below(tensor.bytes.size());
      tensor.bytes[at] = static_cast<std::byte>(Below(256));
      return;
    }
    constexpr float kInfinity = std::numeric_limits<float>::infinity();
    const float wrong[] = {std::nanf(""), kInfinity, -kInfinity, 3e38f,
                           -3e38f,        1e20f,     1e-45f,     0.0f,
                           1.0f,          -1.0f,     1e6f,       1e-3f};
    const size_t at =
        Below(tensor.bytes.size() / sizeof(float)) * sizeof(float);
    float number;
    std::memcpy(&number, tensor.bytes.data() + at, sizeof number);
    // Sometimes by so little that it may pass.
    const uint32_t how = Below(4);
    number = how == 0   ? number + 1e-5f * (2 * draws_.Uniform() - 1)
             : how == 1 ? number * (2 * draws_.Uniform())
                        : wrong[Below(std::size(wrong))];
    std::memcpy(tensor.bytes.data() + at, &number, sizeof number);
  }

 private:

  // Half of them in the header, which is the smaller part.
  size_t Place(const std::string& text) {
    if (text.empty()) return 0;
    const size_t within =
        Below(2) == 0 ? std::min<size_t>(text.size(), 8192) : text.size();
    return Below(within);
  }

  void ChangeBytes(std::string& text) {
    const size_t at = Place(text);
    const size_t size =
        std::min<size_t>(1 + Below(Below(4) == 0 ? 4096 : 8),
                         text.size() - at);
    switch (Below(8)) {
      case 0:
      case 1:
        if (!text.empty()) text[at] ^= static_cast<char>(1 << Below(8));
        break;
      case 2:
        if (!text.empty()) text[at] = static_cast<char>(Below(256));
        break;
      case 3: text.erase(at, size); break;
      case 4: {
        std::string block(1 + Below(8), '\0');
        for (char& c : block) c = static_cast<char>(Below(256));
        text.insert(at, block);
        break;
      }
      case 5: text.insert(at, text.substr(at, size)); break;
      case 6: text.resize(at); break;
      case 7:
        std::fill_n(text.begin() + static_cast<int64_t>(at), size, '\0');
        break;
    }
  }

  // The text of the header after any change of its bytes, its own hash right.
  std::string ForgedHeader(const std::string& bytes) {
    constexpr char kMark[] = "\"credo.header\":\"";
    uint64_t length;
    std::memcpy(&length, bytes.data(), sizeof length);
    std::string json = bytes.substr(8, length);
    if (Below(2) == 0) {
      ChangeBytes(json);
    } else {
      ChangeToken(json);
    }
    json.append((64 - (8 + json.size()) % 64) % 64, ' ');
    length = json.size();
    std::string prefix(8, '\0');
    std::memcpy(prefix.data(), &length, sizeof length);
    prefix += json;
    size_t digits = prefix.find(kMark);
    if (digits != std::string::npos) {
      digits += sizeof kMark - 1;
      if (prefix.size() - digits >= 32) {
        prefix.replace(digits, 32, 32, '0');
        prefix.replace(digits, 32, Hash128Hex(prefix.data(), prefix.size()));
      }
    }
    uint64_t before;
    std::memcpy(&before, bytes.data(), sizeof before);
    return prefix + bytes.substr(8 + before);
  }

  // Some number, text or sign of a JSON text becomes another one.
  void ChangeToken(std::string& json) {
    static const char* const kTokens[] = {
        "0", "-1", "1", "2", "64", "65", "8192", "8193", "16777217",
        "1073741824", "1073741825", "2147483648", "4294967296",
        "72057594037927936", "4611686018427387904", "9223372036854775807",
        "9223372036854775808", "18446744073709551615", "-9223372036854775808",
        "1e400", "1e308", "-1e308", "1e-320", "0.5", "1.0", "null", "true",
        "false", "\"\"", "\"inf\"", "\"-inf\"", "\"lstm\"", "\"gru\"",
        "\"memoryless\"", "\"mlp\"", "\"conv\"", "\"none\"", "\"addressed\"",
        "\"slots\"", "\"kanerva\"", "\"delta\"", "\"softmax\"",
        "\"least_squares\"", "\"conv_draw\"", "\"latent\"", "\"reads\"",
        "\"picture\"", "\"tiles\"", "\"vector\"", "\"F32\"", "\"U8\"",
        "\"F64\"", "\"I64\"", "\"view\"", "\"eye\"", "\"speed\"", "\"map\"",
        "\"kind\"", "\"size\"", "\"shape\"", "[]", "{}", "[1]", "[[]]",
        "{\"kind\":\"x\"}", "[1073741824]", "[64,64]", ",", ":", "[", "]",
        "{", "}", ""};
    const size_t at = json.find_first_of("0123456789\"[]{},:", Place(json));
    if (at == std::string::npos) return;
    size_t end = at + 1;
    if (json[at] == '"') {
      end = std::min(json.find('"', at + 1), json.size() - 1) + 1;
    } else {
      while (end < json.size() && std::isdigit(json[end]) != 0) ++end;
    }
    json.replace(at, end - at, Any(kTokens));
  }
  void ChangeMetadata(TensorFile& file) {
    auto at = file.metadata.begin();
    std::advance(at, Below(file.metadata.size()));
    switch (Below(6)) {
      case 0: ChangeBytes(at->second); break;
      case 1: file.metadata.erase(at); break;
      case 2: ChangeToken(at->second); [[fallthrough]];
      default: ChangeToken(at->second); break;
    }
  }

  void ChangeShape(TensorFile& file) {
    NamedTensor& tensor = Any(file.tensors);
    switch (Below(5)) {
      case 0:
        if (!tensor.shape.empty()) Any(tensor.shape) = Below(20);
        break;
      case 1: tensor.shape.push_back(1); break;
      case 2: std::ranges::reverse(tensor.shape); break;
      case 3: tensor.shape = {ElementCount(tensor.shape)}; break;
      default:
        tensor.type = static_cast<DType>(Below(6));
        break;
    }
    tensor.bytes.resize(static_cast<size_t>(ElementCount(tensor.shape) *
                                            DTypeSize(tensor.type)));
  }

  void ChangeTensors(TensorFile& file) {
    const size_t at = Below(file.tensors.size());
    switch (Below(4)) {
      case 0:
        file.tensors.erase(file.tensors.begin() + static_cast<int64_t>(at));
        break;
      case 1: std::swap(file.tensors[at].name, Any(file.tensors).name); break;
      case 2: std::swap(file.tensors[at].bytes, Any(file.tensors).bytes); break;
      default: ChangeBytes(file.tensors[at].name); break;
    }
  }

  Draws draws_;
};

// --- A host ---

// Gives out memory, and remembers the most that was out at once.
class CountingHeap {
 public:
  CountingHeap() {
    host_ = CREDO_INIT(credo_host);
    host_.allocator_user = this;
    host_.allocate = [](void* user, size_t bytes, size_t alignment) -> void* {
      auto* heap = static_cast<CountingHeap*>(user);
      heap->asked_ = std::max(heap->asked_, bytes);
      if (bytes > kMost) return nullptr;
      return ::operator new(bytes, std::align_val_t(alignment));
    };
    host_.release = [](void*, void* block) {
      ::operator delete(block, std::align_val_t(64));
    };
  }
  CountingHeap(const CountingHeap&) = delete;
  CountingHeap& operator=(const CountingHeap&) = delete;
  const credo_host& host() const { return host_; }
  // The largest block that anyone wanted.
  size_t asked() const { return asked_; }

 private:
  static constexpr size_t kMost = size_t{64} << 20;
  credo_host host_;
  size_t asked_ = 0;
};

// Plays a few records of zeros and reads all that can be read. Returns the
// first call that failed, or "".
inline std::string Play(credo_agent* agent) {
  credo_error error = CREDO_INIT(credo_error);
  credo_agent_info info = CREDO_INIT(credo_agent_info);
  if (credo_agent_get_info(agent, &info, &error) != CREDO_OK) {
    return error.message;
  }
  credo_beliefs* beliefs = nullptr;
  if (credo_beliefs_create(agent, 2, 3, &beliefs, &error) != CREDO_OK) {
    return error.message;
  }
  std::string fault;
  const auto check = [&](credo_status status) {
    if (status != CREDO_OK && fault.empty()) fault = error.message;
  };
  std::vector<float> numbers;
  const auto room = [&](int64_t count) {
    numbers.assign(static_cast<size_t>(count), 0);
    return numbers.data();
  };
  const int32_t rows[] = {1, 0};
  for (int64_t t = 0; t < 3 && fault.empty(); ++t) {
    for (const int32_t row : rows) {
      for (int32_t i = 0; i < info.observations; ++i) {
        credo_observation_info seen = CREDO_INIT(credo_observation_info);
        check(credo_agent_get_observation(agent, i, &seen, &error));
        std::vector<uint8_t> bytes(static_cast<size_t>(seen.bytes));
        if (seen.kind == CREDO_VECTOR) {
          const float value =
              FiniteBound(std::clamp(0.0, seen.low, seen.high));
          for (size_t at = 0; at < bytes.size(); at += sizeof value) {
            std::memcpy(bytes.data() + at, &value, sizeof value);
          }
        }
        check(credo_beliefs_observe(beliefs, row, seen.name, bytes.data(),
                                    bytes.size(), &error));
      }
    }
    check(credo_step(agent, beliefs, rows, 2, 0, &error));
  }
  for (int32_t i = 0; i < info.actions; ++i) {
    credo_action_info field = CREDO_INIT(credo_action_info);
    check(credo_agent_get_action(agent, i, &field, &error));
    check(credo_beliefs_action(beliefs, 0, field.name, room(field.words),
                               field.words, &error));
    const int64_t count =
        field.continuous != 0 ? 2 * field.words : field.choices;
    check(credo_beliefs_probabilities(beliefs, 0, field.name, room(count),
                                      count, &error));
  }
  check(credo_beliefs_value(beliefs, 0, room(1), &error));
  check(credo_beliefs_belief(beliefs, 0, room(info.belief), info.belief,
                             &error));
  for (int32_t i = 0; i < info.probes; ++i) {
    credo_observation_info probe = CREDO_INIT(credo_observation_info);
    check(credo_agent_get_probe(agent, i, &probe, &error));
    check(credo_beliefs_probe(beliefs, 0, probe.name, room(probe.numbers),
                              probe.numbers, &error));
  }
  std::vector<float> actions(static_cast<size_t>(2 * info.action_words));
  size_t word = 0;
  for (int step = 0; step < 2; ++step) {
    for (int32_t i = 0; i < info.actions; ++i) {
      credo_action_info field = CREDO_INIT(credo_action_info);
      check(credo_agent_get_action(agent, i, &field, &error));
      for (int32_t n = 0; n < field.words; ++n) {
        actions[word++] = field.continuous != 0 ? FiniteBound(field.low) : 0;
      }
    }
  }
  for (int32_t n = 0; n < info.tasks; ++n) {
    credo_task_info task = CREDO_INIT(credo_task_info);
    check(credo_agent_get_task(agent, n, &task, &error));
    for (int32_t i = 0; i < 2 * task.imagined; ++i) {
      credo_observation_info frame = CREDO_INIT(credo_observation_info);
      check(
          credo_agent_get_imagined(agent, task.name, i / 2, &frame, &error));
      credo_imagine_options how = CREDO_INIT(credo_imagine_options);
      how.task = task.name;
      how.mode = i % 2;
      check(credo_beliefs_imagine(beliefs, 0, &how, actions.data(),
                                  actions.size(), 2, frame.name,
                                  room(3 * frame.numbers), 3 * frame.numbers,
                                  &error));
    }
  }
  std::vector<uint8_t> state(static_cast<size_t>(info.state_bytes));
  check(credo_beliefs_save(beliefs, 0, state.data(), state.size(), &error));
  // Weights may be so large that what was seen makes numbers that are none,
  // though golden records did not: nothing goes on from these.
  if (credo_beliefs_load(beliefs, 1, state.data(), state.size(), &error) !=
          CREDO_OK &&
      std::strstr(error.message, "expected finite numbers") == nullptr) {
    check(CREDO_INVALID_ARGUMENT);
  }
  credo_beliefs_destroy(beliefs, nullptr);
  return fault;
}

// How many loaded, of those that were tried.
struct Tried {
  int64_t files = 0;
  int64_t loaded = 0;
};

// Loads a file and, when that works, plays. No other status than that of a
// wrong file is fine, and no file may ask for much memory.
inline bool LoadAndPlay(const std::string& bytes, Tried& tried) {
  CountingHeap heap;
  credo_agent* agent = nullptr;
  credo_error error = CREDO_INIT(credo_error);
  const credo_status status = credo_agent_load_memory(
      bytes.data(), bytes.size(), &heap.host(), &agent, &error);
  ++tried.files;
  EXPECT_LT(heap.asked(), 4096 * bytes.size() + (size_t{1} << 20));
  if (status != CREDO_OK) {
    EXPECT_TRUE(status == CREDO_INVALID_ARGUMENT || status == CREDO_DATA_LOSS)
        << status << ": " << error.message;
    EXPECT_TRUE(std::string(error.message).starts_with("memory: "))
        << error.message;
    return false;
  }
  ++tried.loaded;
  EXPECT_EQ(Play(agent), "");
  EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
  return true;
}

inline const std::vector<RandomModel>& ModelsToMutate() {
  static const std::vector<RandomModel> models = [] {
    std::vector<RandomModel> made;
    for (const OracleOptions& options : AllPartsOptions()) {
      for (const bool int8 : {false, true}) {
        made.emplace_back(options, 1, int8);
      }
    }
    return made;
  }();
  return models;
}

// Mutations `first` to `last` - 1, of all models in turn.
inline void MutatePlainly(uint64_t first, uint64_t last) {
  std::vector<std::string> files;
  for (const RandomModel& model : ModelsToMutate()) {
    files.push_back(model.Bytes());
  }
  Tried tried;
  for (uint64_t n = first; n < last; ++n) {
    const std::string changed = Mutator(n).Plain(files[n % files.size()]);
    ASSERT_FALSE(LoadAndPlay(changed, tried)) << "mutation " << n;
    ASSERT_FALSE(testing::Test::HasFailure()) << "mutation " << n;
  }
}

inline Tried Forge(uint64_t first, uint64_t last) {
  const std::vector<RandomModel>& models = ModelsToMutate();
  Tried tried;
  for (uint64_t n = first; n < last; ++n) {
    const TensorFile& file = models[n % models.size()].file();
    const std::optional<std::string> changed = Mutator(n).Forged(file);
    if (changed) LoadAndPlay(*changed, tried);
    if (testing::Test::HasFailure()) {
      ADD_FAILURE() << "mutation " << n;
      break;
    }
  }
  return tried;
}

}  // namespace credo

#endif  // CREDO_TESTS_BINDINGS_MUTATIONS_H_
