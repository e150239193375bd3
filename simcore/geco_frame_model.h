// A frame model under GECO: what it learns beside its parameters is the
// multiplier.
#ifndef CREDO_SIMCORE_GECO_FRAME_MODEL_H_
#define CREDO_SIMCORE_GECO_FRAME_MODEL_H_

#include <string>

#include "simcore/frame_model.h"
#include "simcore/geco.h"

namespace credo {

class GecoFrameModel : public FrameModel {
 public:
  explicit GecoFrameModel(const GecoOptions& options) : geco_(options) {}

  bool repeats() const override { return true; }
  bool has_constraint() const override { return true; }
  void Learned(const FrameLoss& loss) override {
    geco_.Update(loss.constraint);
  }
  MetricTensors Progress() const override { return geco_.Progress(); }
  void Save(const std::string& prefix, TensorFile& file) const override {
    geco_.Save(prefix + "geco.", file);
  }
  Status Load(const std::string& prefix, const TensorFile& file) override {
    return geco_.Load(prefix + "geco.", file);
  }

 protected:
  const Geco& geco() const { return geco_; }

 private:
  Geco geco_;
};

}  // namespace credo

#endif  // CREDO_SIMCORE_GECO_FRAME_MODEL_H_
