// The header of a tensor file as text: safetensors' JSON.
//
// Part of tensor_file.cc; nothing else needs it. Here is the syntax alone: what
// names, types and offsets mean is checked by the caller.
#ifndef CREDO_SDK_BASE_TENSOR_HEADER_H_
#define CREDO_SDK_BASE_TENSOR_HEADER_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"

namespace credo {

struct TensorHeaderEntry {
  std::string type;  // as the file spells it
  Shape shape;       // sizes of 0 or more
  // The tensor's bytes, counted from the end of the header.
  int64_t begin = 0;
  int64_t end = 0;
};

struct TensorHeader {
  std::map<std::string, std::string> metadata;
  std::map<std::string, TensorHeaderEntry> tensors;
};

// The JSON text, keys sorted. Throws std::invalid_argument when a text is not
// UTF-8.
std::string TensorHeaderToJson(const TensorHeader& header);

// Takes memory in proportion to `json` whatever stands in it. Fails with
// kDataLoss on anything but an object of such entries, and on repeated keys.
Result<TensorHeader> TensorHeaderFromJson(std::string_view json);

}  // namespace credo

#endif  // CREDO_SDK_BASE_TENSOR_HEADER_H_
