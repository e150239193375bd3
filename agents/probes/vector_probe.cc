#include "agents/probes/vector_probe.h"

#include <torch/types.h>

#include <utility>

#include "agents/probes/probe_options.h"

namespace credo {
namespace {

class VectorProbe : public ProbeHead {
 public:
  explicit VectorProbe(ProbeTarget target)
      : target_(std::move(target)), size_(target_.target.elements()) {}

  const ObservationSpec& target() const override { return target_.target; }
  bool is_accuracy() const override { return false; }
  const std::string& seen() const override { return target_.seen; }
  const std::string& visible() const override { return target_.visible; }

 protected:
  at::Tensor Flat(const at::Tensor& truth) const {
    return truth.reshape({-1, size_}).to(at::kFloat);
  }
  int64_t size() const { return size_; }

 private:
  ProbeTarget target_;
  int64_t size_;
};

class Real : public VectorProbe {
 public:
  using VectorProbe::VectorProbe;
  int64_t predictions() const override { return size(); }
  at::Tensor Loss(const at::Tensor& predictions,
                  const at::Tensor& truth) const override {
    return (predictions - Flat(truth)).square().sum(-1);
  }
  at::Tensor Score(const at::Tensor& predictions,
                   const at::Tensor& truth) const override {
    return (predictions - Flat(truth)).abs();
  }
  at::Tensor Constant(const at::Tensor& truth) const override {
    return Flat(truth).mean(0);
  }
};

class Circular : public VectorProbe {
 public:
  using VectorProbe::VectorProbe;
  int64_t predictions() const override { return 2 * size(); }
  at::Tensor Loss(const at::Tensor& predictions,
                  const at::Tensor& truth) const override {
    return (predictions - Direction(truth)).square().sum(-1);
  }
  at::Tensor Score(const at::Tensor& predictions,
                   const at::Tensor& truth) const override {
    const at::Tensor d =
        at::atan2(predictions.narrow(1, size(), size()),
                  predictions.narrow(1, 0, size())) -
        Flat(truth);
    return at::atan2(at::sin(d), at::cos(d)).abs();
  }
  at::Tensor Constant(const at::Tensor& truth) const override {
    return Direction(truth).mean(0);
  }

 private:
  // All cosines, then all sines.
  at::Tensor Direction(const at::Tensor& truth) const {
    const at::Tensor angle = Flat(truth);
    return at::cat({at::cos(angle), at::sin(angle)}, -1);
  }
};

}  // namespace

ProbePart RealProbe() { return ProbePartOf<Real>(RealProbeInfo()); }
ProbePart CircularProbe() {
  return ProbePartOf<Circular>(CircularProbeInfo());
}

}  // namespace credo
