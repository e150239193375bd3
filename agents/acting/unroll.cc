#include "agents/acting/unroll.h"

#include <torch/types.h>

#include <cstring>

#include "sdk/tensor/host_values.h"
#include "sdk/tensor/tensor_io.h"

namespace credo {

Unroll::Unroll(const EnvironmentSpec& spec, int64_t steps, int64_t columns,
               int64_t state_floats)
    : steps(steps), columns(columns) {
  for (const ObservationSpec& observation : spec.observations) {
    Shape shape = {steps + 1, columns};
    shape.insert(shape.end(), observation.shape.begin(),
                 observation.shape.end());
    const at::Tensor rows = torch::zeros(
        shape,
        observation.dtype() == DType::kF32 ? torch::kFloat : torch::kByte);
    by_index_.push_back(rows);
    (observation.privileged ? privileged : observations)
        .Add(observation.name, rows);
  }
  actions = torch::zeros({steps + 1, columns, spec.action.words()});
  log_probabilities = torch::zeros({steps + 1, columns});
  rewards = torch::zeros({steps + 1, columns});
  kinds = torch::zeros({steps + 1, columns}, torch::kByte);
  if (spec.action.has_mask) {
    masks = torch::ones({steps + 1, columns, spec.action.choices()},
                        torch::kByte);
  }
  state = torch::zeros({columns, state_floats});
}

Unroll Unroll::On(at::Device device) const {
  Unroll moved = *this;
  moved.observations = FromHost(device, observations);
  moved.privileged = FromHost(device, privileged);
  for (at::Tensor Unroll::* one :
       {&Unroll::actions, &Unroll::log_probabilities, &Unroll::rewards,
        &Unroll::masks, &Unroll::state}) {
    if (!(this->*one).defined()) continue;
    moved.*one = FromHost(device, [this, one] { return this->*one; });
  }
  return moved;
}

Unroll Unroll::RecordOf(int64_t t, int64_t first, int64_t count) const {
  const auto narrow = [=](const at::Tensor& all) {
    return all.narrow(0, t, 1).narrow(1, first, count);
  };
  Unroll record;
  record.columns = count;
  for (const auto& [name, tensor] : observations) {
    record.observations.Add(name, narrow(tensor));
  }
  record.actions = narrow(actions);
  record.rewards = narrow(rewards);
  record.kinds = narrow(kinds);
  return record;
}

RecordRows Unroll::Rows(int64_t t, int64_t first) {
  RecordRows rows;
  const int64_t record = t * columns + first;
  for (const at::Tensor& tensor : by_index_) {
    const int64_t bytes =
        static_cast<int64_t>(tensor.nbytes()) / ((steps + 1) * columns);
    rows.observations.push_back(
        static_cast<std::byte*>(tensor.mutable_data_ptr()) + record * bytes);
  }
  rows.reward = rewards.data_ptr<float>() + record;
  rows.kind = reinterpret_cast<Kind*>(kinds.data_ptr<uint8_t>()) + record;
  if (masks.defined()) {
    rows.mask = masks.data_ptr<uint8_t>() + record * masks.size(2);
  }
  return rows;
}

Kind Unroll::kind(int64_t t, int64_t b) const {
  return static_cast<Kind>(
      kinds.const_data_ptr<uint8_t>()[t * columns + b]);
}

std::vector<Kind> Unroll::kinds_list() const { return KindsOf(kinds); }

std::vector<std::pair<std::string, at::Tensor>> Unroll::PerRecord() const {
  std::vector<std::pair<std::string, at::Tensor>> list;
  for (const auto& [name, tensor] : observations) {
    list.emplace_back("observations." + name, tensor);
  }
  for (const auto& [name, tensor] : privileged) {
    list.emplace_back("privileged." + name, tensor);
  }
  list.emplace_back("actions", actions);
  list.emplace_back("log_probabilities", log_probabilities);
  list.emplace_back("rewards", rewards);
  list.emplace_back("kinds", kinds);
  if (masks.defined()) list.emplace_back("masks", masks);
  return list;
}

void Unroll::CopyRecord(const Unroll& other, int64_t from, int64_t to,
                        int64_t first, int64_t count) {
  const auto source = other.PerRecord();
  const auto target = PerRecord();
  TORCH_CHECK(source.size() == target.size() && columns == other.columns,
              "CopyRecord between unrolls of different specs");
  for (size_t i = 0; i < target.size(); ++i) {
    const int64_t bytes = static_cast<int64_t>(target[i].second.nbytes()) /
                          ((steps + 1) * columns);
    std::memcpy(static_cast<std::byte*>(target[i].second.mutable_data_ptr()) +
                    (to * columns + first) * bytes,
                static_cast<const std::byte*>(
                    source[i].second.const_data_ptr()) +
                    (from * columns + first) * bytes,
                count * bytes);
  }
}

std::unique_ptr<Unroll> Unroll::Column(const EnvironmentSpec& spec, int64_t b,
                                       int64_t last) const {
  auto made = std::make_unique<Unroll>(spec, last, 1, state.size(1));
  GetColumns(b, *made);
  return made;
}

void Unroll::PutColumns(const Unroll& share, int64_t first) {
  const auto source = share.PerRecord();
  const auto target = PerRecord();
  for (size_t i = 0; i < target.size(); ++i) {
    target[i].second.narrow(1, first, share.columns).copy_(source[i].second);
  }
  state.narrow(0, first, share.columns).copy_(share.state);
}

void Unroll::GetColumns(int64_t first, Unroll& share) const {
  const auto source = PerRecord();
  const auto target = share.PerRecord();
  for (size_t i = 0; i < target.size(); ++i) {
    target[i].second.copy_(source[i]
                               .second.narrow(0, 0, share.steps + 1)
                               .narrow(1, first, share.columns));
  }
  share.state.copy_(state.narrow(0, first, share.columns));
}

void Unroll::Save(const std::string& prefix, TensorFile& file) const {
  for (const auto& [name, tensor] : PerRecord()) {
    AddTensor(file, prefix + name, tensor);
  }
  AddTensor(file, prefix + "state", state);
}

Status Unroll::Load(const std::string& prefix, const TensorFile& file) {
  for (auto& [name, tensor] : PerRecord()) {
    at::Tensor target = tensor;
    CREDO_RETURN_IF_ERROR(LoadTensor(file, prefix + name, target));
  }
  return LoadTensor(file, prefix + "state", state);
}

std::vector<Kind> KindsOf(const at::Tensor& kinds) {
  const uint8_t* data = kinds.const_data_ptr<uint8_t>();
  std::vector<Kind> list(kinds.numel());
  for (size_t i = 0; i < list.size(); ++i) {
    list[i] = static_cast<Kind>(data[i]);
  }
  return list;
}

}  // namespace credo
