#include "sdk/worlds/recorded.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <stdexcept>
#include <utility>

#include "sdk/base/spec_json.h"

namespace credo {
namespace {

constexpr char kSpec[] = "spec";
// Of a word that went from a policy's units to the world's and back.
constexpr float kRounding = 1e-4f;

template <typename T>
void AddRows(TensorFile& file, const std::string& name, DType type,
             Shape shape, const std::vector<T>& rows) {
  file.Add(name, type, std::move(shape), std::as_bytes(std::span(rows)));
}

// The tensor `name` of N rows of `row` elements.
template <typename T>
Status ReadRows(const TensorFile& file, const std::string& name, DType type,
                int64_t records, int64_t row, std::vector<T>& rows) {
  const NamedTensor* const tensor = file.Find(name);
  if (tensor == nullptr) {
    return DataLoss("records: expected a tensor '" + name + "', found none");
  }
  const auto size = static_cast<size_t>(records * row);
  if (tensor->type != type || tensor->bytes.size() != size * sizeof(T)) {
    return DataLoss("records: '" + name + "': expected " +
                    std::to_string(size) + " elements of " + DTypeName(type) +
                    ", found others");
  }
  rows.resize(size);
  if (size > 0) {
    std::memcpy(rows.data(), tensor->bytes.data(), size * sizeof(T));
  }
  return OkStatus();
}

class RecordedWorld : public Environment {
 public:
  RecordedWorld(std::shared_ptr<const RecordedEpisodes> episodes,
                std::vector<int64_t> shown)
      : episodes_(std::move(episodes)), shown_(std::move(shown)) {}

  const EnvironmentSpec& spec() const override { return episodes_->spec; }

  void Reset(uint64_t seed, RecordWriter& out) override {
    record_ = episodes_->begins[shown_[seed % shown_.size()]];
    Show(out);
  }

  void Step(std::span<const float> action, RecordWriter& out) override {
    const std::vector<float> done = NextAction();
    for (size_t w = 0; w < done.size(); ++w) {
      if (std::abs(action[w] - done[w]) >
          kRounding * std::max(1.0f, std::abs(done[w]))) {
        throw std::invalid_argument(
            "expected the action that was recorded, found another: what was "
            "recorded cannot be lived again in another way");
      }
    }
    ++record_;
    out.SetReward(episodes_->rewards[record_]);
    Show(out);
    if (IsLast(episodes_->kinds[record_])) out.End(episodes_->kinds[record_]);
  }

  void ScriptedAction(Draws&, std::span<float> action) const override {
    std::ranges::copy(NextAction(), action.begin());
  }

 private:
  // In the world's units.
  std::vector<float> NextAction() const {
    const ActionSpec& spec = episodes_->spec.action;
    const int64_t words = spec.words();
    const float* word = episodes_->actions.data() + (record_ + 1) * words;
    std::vector<float> action;
    for (const ActionField& field : spec.fields) {
      for (int64_t i = 0; i < field.words(); ++i, ++word) {
        action.push_back(
            field.kind == ActionField::Kind::kDiscrete
                ? *word
                : static_cast<float>(field.low + (std::clamp(*word, -1.0f,
                                                             1.0f) +
                                                  1.0) /
                                                     2 *
                                                     (field.high - field.low)));
      }
    }
    return action;
  }

  void Show(RecordWriter& out) const {
    const auto& observations = episodes_->spec.observations;
    for (size_t i = 0; i < observations.size(); ++i) {
      const std::span<const std::byte> from =
          episodes_->observation(record_, i);
      const int index = static_cast<int>(i);
      if (observations[i].dtype() == DType::kF32) {
        std::memcpy(out.Floats(index).data(), from.data(), from.size());
      } else {
        std::memcpy(out.Bytes(index).data(), from.data(), from.size());
      }
    }
    if (!episodes_->spec.action.has_mask) return;
    const std::span<uint8_t> mask = out.Mask();
    std::copy_n(episodes_->masks.data() +
                    record_ * static_cast<int64_t>(mask.size()),
                mask.size(), mask.data());
  }

  std::shared_ptr<const RecordedEpisodes> episodes_;
  std::vector<int64_t> shown_;  // numbers of episodes
  int64_t record_ = 0;
};

}  // namespace

RecordedEpisodes::RecordedEpisodes(EnvironmentSpec of)
    : spec(std::move(of)), observations(spec.observations.size()) {}

std::span<const std::byte> RecordedEpisodes::observation(int64_t record,
                                                         size_t i) const {
  const int64_t bytes = spec.observations[i].bytes();
  return {observations[i].data() + record * bytes,
          static_cast<size_t>(bytes)};
}

std::string RecordedEpisodes::Serialize() const {
  TensorFile file;
  file.content = "records";
  file.metadata[kSpec] = SpecToJson(spec);
  for (size_t i = 0; i < observations.size(); ++i) {
    const ObservationSpec& observation = spec.observations[i];
    Shape shape = observation.shape;
    shape.insert(shape.begin(), records());
    AddRows(file, "observations." + observation.name, observation.dtype(),
            std::move(shape), observations[i]);
  }
  AddRows(file, "actions", DType::kF32, {records(), spec.action.words()},
          actions);
  AddRows(file, "rewards", DType::kF32, {records()}, rewards);
  AddRows(file, "kinds", DType::kU8, {records()}, kinds);
  if (spec.action.has_mask) {
    AddRows(file, "masks", DType::kU8, {records(), spec.action.choices()},
            masks);
  }
  return SerializeTensorFile(file);
}

Result<RecordedEpisodes> RecordedEpisodes::Parse(const TensorFile& file) {
  CREDO_ASSIGN_OR_RETURN(const std::string json, file.Metadata(kSpec));
  CREDO_ASSIGN_OR_RETURN(EnvironmentSpec spec, SpecFromJson(json, kSpec));
  RecordedEpisodes made(std::move(spec));
  const NamedTensor* const kinds = file.Find("kinds");
  if (kinds == nullptr) {
    return DataLoss("records: expected a tensor 'kinds', found none");
  }
  const auto records = static_cast<int64_t>(kinds->bytes.size());
  CREDO_RETURN_IF_ERROR(
      ReadRows(file, "kinds", DType::kU8, records, 1, made.kinds));
  for (size_t i = 0; i < made.observations.size(); ++i) {
    const ObservationSpec& observation = made.spec.observations[i];
    const std::string name = "observations." + observation.name;
    const NamedTensor* const tensor = file.Find(name);
    if (tensor == nullptr || tensor->type != observation.dtype() ||
        static_cast<int64_t>(tensor->bytes.size()) !=
            records * observation.bytes()) {
      return DataLoss("records: expected a tensor '" + name + "' of " +
                      std::to_string(records) + " records, found none");
    }
    made.observations[i] = tensor->bytes;
  }
  const ActionSpec& action = made.spec.action;
  CREDO_RETURN_IF_ERROR(ReadRows(file, "actions", DType::kF32, records,
                                 action.words(), made.actions));
  CREDO_RETURN_IF_ERROR(
      ReadRows(file, "rewards", DType::kF32, records, 1, made.rewards));
  if (action.has_mask) {
    CREDO_RETURN_IF_ERROR(ReadRows(file, "masks", DType::kU8, records,
                                   action.choices(), made.masks));
  }
  for (int64_t r = 0; r < records; ++r) {
    const bool opens = made.kinds[r] == Kind::kFirst;
    const bool after_last = r == 0 || IsLast(made.kinds[r - 1]);
    if (opens != after_last || made.kinds[r] > Kind::kTruncated) {
      return DataLoss("records: kinds: expected whole episodes, found record " +
                      std::to_string(r) + " out of place");
    }
    if (opens) made.begins.push_back(r);
  }
  if (records > 0 && !IsLast(made.kinds.back())) {
    return DataLoss("records: kinds: expected whole episodes, found one that "
                    "does not end");
  }
  return made;
}

Result<std::unique_ptr<Environment>> MakeRecordedWorld(
    std::shared_ptr<const RecordedEpisodes> episodes) {
  std::vector<int64_t> shown;
  for (int64_t e = 0; e < episodes->count(); ++e) {
    if (!RecordedEpisodes::IsHeldOut(e)) shown.push_back(e);
  }
  if (shown.empty()) {
    return FailedPrecondition(
        "expected whole episodes that its host played, found none yet");
  }
  return std::unique_ptr<Environment>(
      new RecordedWorld(std::move(episodes), std::move(shown)));
}

}  // namespace credo
