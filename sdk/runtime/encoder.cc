#include "sdk/runtime/encoder.h"

namespace credo::runtime {

Result<std::unique_ptr<Encoder>> LoadEncoder(
    const Source& source, const Options& options, const std::string& name,
    const std::vector<ObservationSpec>& observations) {
  CREDO_ASSIGN_OR_RETURN(const std::string kind, options.Text("kind"));
  if (kind == "mlp") {
    return LoadMlpEncoder(source, options, name, observations);
  }
  if (kind == "conv") {
    return LoadConvEncoder(source, options, name, observations);
  }
  return InvalidArgument(options.place() +
                         ": kind: expected mlp or conv, found '" + kind + "'");
}

}  // namespace credo::runtime
