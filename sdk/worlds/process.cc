#include "sdk/worlds/process.h"

#include <cstring>
#include <stdexcept>
#include <utility>

#include <absl/strings/str_cat.h>
#include "sdk/base/json_tree.h"
#include "sdk/base/spec_json.h"
#include "sdk/worlds/check_options.h"
#include "sdk/worlds/child.h"

namespace credo {
namespace {

constexpr size_t kLongestLine = 1 << 20;
constexpr int64_t kProtocol = 1;

// Requests.
enum : uint8_t { kReset = 'R', kStep = 'S', kScripted = 'A' };

template <typename T>
void Append(T value, std::vector<std::byte>& out) {
  const auto* bytes = reinterpret_cast<const std::byte*>(&value);
  out.insert(out.end(), bytes, bytes + sizeof value);
}

class ProcessWorld : public Environment {
 public:
  ProcessWorld(std::unique_ptr<Child> child, EnvironmentSpec spec,
               bool scripted, double seconds)
      : child_(std::move(child)),
        spec_(std::move(spec)),
        scripted_(scripted),
        seconds_(seconds) {
    size_t bytes = sizeof(uint8_t) + sizeof(float);
    if (spec_.action.has_mask) {
      bytes += static_cast<size_t>(spec_.action.choices());
    }
    for (const ObservationSpec& observation : spec_.observations) {
      bytes += static_cast<size_t>(observation.bytes());
    }
    answer_.resize(bytes);
  }

  const EnvironmentSpec& spec() const override { return spec_; }

  void Reset(uint64_t seed, RecordWriter& out) override {
    request_.clear();
    Append(uint8_t{kReset}, request_);
    Append(seed, request_);
    Ask(out);
  }

  void Step(std::span<const float> action, RecordWriter& out) override {
    request_.clear();
    Append(uint8_t{kStep}, request_);
    for (const float word : action) Append(word, request_);
    Ask(out);
  }

  void ScriptedAction(Draws& draws, std::span<float> action) const override {
    if (!scripted_) {
      Environment::ScriptedAction(draws, action);
      return;
    }
    std::vector<std::byte> request;
    Append(uint8_t{kScripted}, request);
    Append(draws.Next64(), request);
    child_->Write(request, seconds_);
    child_->Read(std::as_writable_bytes(action), seconds_);
  }

 private:
  // One record: kind, reward, mask, observations in the order of the spec.
  void Ask(RecordWriter& out) {
    if (child_->HasUnread()) {
      throw std::runtime_error(
          "expected nothing before the next request, found more bytes than the "
          "answer has: is the record too long, or was something printed?");
    }
    child_->Write(request_, seconds_);
    child_->Read(answer_, seconds_);
    const std::byte* at = answer_.data();
    const auto kind = static_cast<uint8_t>(*at++);
    if (kind > static_cast<uint8_t>(Kind::kTruncated)) {
      throw std::runtime_error(
          absl::StrCat("kind: expected 0 to 3, found ", kind));
    }
    const bool first = request_[0] == static_cast<std::byte>(kReset);
    if (first != (static_cast<Kind>(kind) == Kind::kFirst)) {
      throw std::runtime_error(
          absl::StrCat("kind: expected ", first ? "0 after a reset"
                                                : "1 to 3 after a step",
                       ", found ", kind));
    }
    float reward;
    std::memcpy(&reward, at, sizeof reward);
    at += sizeof reward;
    out.SetReward(reward);
    if (spec_.action.has_mask) {
      const std::span<uint8_t> mask = out.Mask();
      std::memcpy(mask.data(), at, mask.size());
      at += mask.size();
    }
    for (size_t i = 0; i < spec_.observations.size(); ++i) {
      const ObservationSpec& observation = spec_.observations[i];
      const int index = static_cast<int>(i);
      const auto bytes = static_cast<size_t>(observation.bytes());
      if (observation.dtype() == DType::kF32) {
        std::memcpy(out.Floats(index).data(), at, bytes);
      } else {
        std::memcpy(out.Bytes(index).data(), at, bytes);
      }
      at += bytes;
    }
    if (IsLast(static_cast<Kind>(kind))) out.End(static_cast<Kind>(kind));
  }

  std::unique_ptr<Child> child_;
  EnvironmentSpec spec_;
  bool scripted_;  // it has an exploring policy of its own
  double seconds_;
  std::vector<std::byte> request_;
  std::vector<std::byte> answer_;
};

// The first line: {"credo": 1, "scripted": true}.
Status ReadHello(const std::string& line, bool& scripted) {
  CREDO_ASSIGN_OR_RETURN(const JsonTree hello,
                         ParseJson(line, "its first line"));
  const JsonTree* const version = hello.Find("credo");
  if (version == nullptr || version->kind != JsonTree::Kind::kWhole ||
      version->whole != kProtocol) {
    return InvalidArgument(absl::StrCat("its first line: credo: expected ",
                                        kProtocol,
                                        ", the version of the protocol"));
  }
  const JsonTree* const policy = hello.Find("scripted");
  scripted = policy != nullptr && policy->boolean;
  return OkStatus();
}

std::string CommandText(const std::vector<std::string>& command) {
  std::string text;
  for (const std::string& word : command) {
    text += (text.empty() ? "" : " ") + word;
  }
  return "'" + text + "'";
}

}  // namespace

void ProcessOptions::Visit(FieldVisitor& v) {
  v.Texts("command", command,
          "the program and its arguments; it is started once per character");
  v.Real("start_seconds", start_seconds, {1e-3, 1e6},
         "that the program may take until it has said what its world is");
  v.Real("answer_seconds", answer_seconds, {1e-3, 1e6},
         "that one record may take");
}

std::optional<OptionProblem> ProcessOptions::Check() const {
  if (command.empty() || command.front().empty()) {
    return OptionProblem{"command",
                         "expected a program and its arguments, found none"};
  }
  return std::nullopt;
}

Result<std::unique_ptr<Environment>> MakeProcessWorld(
    const ProcessOptions& options) {
  CREDO_RETURN_IF_ERROR(CheckOptions(options));
  const std::string name = CommandText(options.command);
  Result<std::unique_ptr<Child>> started = Child::Start(options.command);
  if (!started.ok()) return started.status().At(name);
  std::unique_ptr<Child> child = *std::move(started);
  std::string hello, described;
  try {
    hello = child->ReadLine(kLongestLine, options.start_seconds);
    described = child->ReadLine(kLongestLine, options.start_seconds);
  } catch (const std::runtime_error& error) {
    return Unavailable(name + ": " + error.what());
  }
  bool scripted = false;
  CREDO_RETURN_IF_ERROR(ReadHello(hello, scripted).At(name));
  Result<EnvironmentSpec> read = SpecFromJson(described, "its second line");
  if (!read.ok()) return read.status().At(name);
  EnvironmentSpec spec = *std::move(read);
  return std::unique_ptr<Environment>(new ProcessWorld(
      std::move(child), std::move(spec), scripted, options.answer_seconds));
}

}  // namespace credo
