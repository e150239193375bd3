// Files of named tensors: safetensors whose every byte is under a hash.
//
// Model files, checkpoints and exported beliefs are all tensor files. They load
// in any safetensors reader; reading one here also verifies it:
//   * each tensor carries an XXH3-128 of its bytes, so that damage is reported
//     by the tensor's name;
//   * the header carries one of itself, so that names, shapes and metadata are
//     covered as well.
// Tensors lie without gaps, wide types first and then by name, the first one on
// a multiple of 64 bytes: each is aligned for its type in a mapped file. Keys
// of metadata that begin with "credo." are the format's own.
// Nothing in a file depends on time, host or path: equal content, equal bytes.
#ifndef CREDO_SDK_BASE_TENSOR_FILE_H_
#define CREDO_SDK_BASE_TENSOR_FILE_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sdk/base/spec.h"
#include "sdk/base/status.h"

namespace credo {

// The format that this build writes, and the newest that it reads.
inline constexpr int kTensorFileFormat = 1;

struct NamedTensor {
  std::string name;
  DType type = DType::kF32;
  Shape shape;
  std::vector<std::byte> bytes;  // row-major, little-endian
};

struct TensorFile {
  std::string content;  // what the file is: "model", "checkpoint", "beliefs"
  std::map<std::string, std::string> metadata;
  std::vector<NamedTensor> tensors;  // names unique; by name after reading

  const NamedTensor* Find(const std::string& name) const;
  // The metadata of this key; kInvalidArgument when there is none.
  Result<std::string> Metadata(const std::string& key) const;
  // The same as a whole number of 0 or more; kInvalidArgument when it is not.
  Result<int64_t> MetadataCount(const std::string& key) const;
  // Adds a tensor with a copy of `bytes`. Throws std::invalid_argument when the
  // name is not new or the bytes are not those of the shape.
  void Add(std::string name, DType type, Shape shape,
           std::span<const std::byte> bytes);
  // Adds a u8 tensor that holds `text`.
  void AddText(std::string name, const std::string& text);
  // The text of such a tensor; kNotFound when there is none of this name.
  Result<std::string> Text(const std::string& name) const;
};

// The file as bytes, whatever the order in which its parts were added. Throws
// std::invalid_argument on what no file can hold: names twice, a shape that is
// not that of its bytes, reserved metadata keys, texts that are not UTF-8.
std::string SerializeTensorFile(const TensorFile& file);

// The file of `bytes`, verified. `content` is what the caller expects it to be;
// `place` opens each message. Fails with kDataLoss that names the tensor or
// "header" when a byte differs, kInvalidArgument when the file is of another
// content or of a newer format.
Result<TensorFile> ParseTensorFile(std::span<const std::byte> bytes,
                                   const std::string& content,
                                   const std::string& place);

Result<TensorFile> ReadTensorFile(const std::string& path,
                                  const std::string& content);

}  // namespace credo

#endif  // CREDO_SDK_BASE_TENSOR_FILE_H_
