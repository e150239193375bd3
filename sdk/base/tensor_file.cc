#include "sdk/base/tensor_file.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <cstring>
#include <optional>
#include <set>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "sdk/base/read_file.h"
#include "sdk/base/hash.h"
#include "sdk/base/tensor_header.h"

namespace credo {
namespace {

static_assert(std::endian::native == std::endian::little,
              "tensor files are read and written as they lie in memory");

constexpr size_t kLengthBytes = 8;
// Where tensors begin, so that a mapped file can be used in place.
constexpr size_t kAlignment = 64;
// A header this long describes half a million tensors.
constexpr uint64_t kMaxHeaderBytes = uint64_t{64} << 20;

// Keys of the metadata. All that begin with kReserved are the format's own.
constexpr char kReserved[] = "credo.";
constexpr char kFormatKey[] = "credo.format";
constexpr char kContentKey[] = "credo.content";
constexpr char kHeaderKey[] = "credo.header";
constexpr char kHashPrefix[] = "credo.hash.";

// What stands before the digits of the header's hash. It cannot occur within a
// JSON text, where quotes are escaped.
constexpr std::string_view kHeaderMark = "\"credo.header\":\"";
constexpr size_t kHashDigits = 32;

bool IsReserved(const std::string& key) { return key.starts_with(kReserved); }

std::optional<DType> DTypeFromName(const std::string& name) {
  for (const DType type : {DType::kU8, DType::kI8, DType::kI32, DType::kI64,
                           DType::kF32, DType::kF64}) {
    if (name == DTypeName(type)) return type;
  }
  return std::nullopt;
}

// The order of tensors in a file. Wide types go first, as safetensors itself
// does it: without gaps, this keeps each tensor on a multiple of its element.
bool LiesBefore(DType a_type, const std::string& a_name, DType b_type,
                const std::string& b_name) {
  const int64_t a_size = DTypeSize(a_type);
  const int64_t b_size = DTypeSize(b_type);
  return a_size != b_size ? a_size > b_size : a_name < b_name;
}

void RequireTensor(const NamedTensor& tensor) {
  const std::string place = "tensor '" + tensor.name + "': ";
  if (tensor.name.empty() || tensor.name == "__metadata__") {
    throw std::invalid_argument(place + "expected another name");
  }
  for (const int64_t size : tensor.shape) {
    if (size >= 0) continue;
    throw std::invalid_argument(place + "expected sizes of 0 or more, found " +
                                ShapeText(tensor.shape));
  }
  const int64_t expected = ElementCount(tensor.shape) * DTypeSize(tensor.type);
  const int64_t found = static_cast<int64_t>(tensor.bytes.size());
  if (found == expected) return;
  throw std::invalid_argument(place + "expected " + std::to_string(expected) +
                              " bytes of " + DTypeName(tensor.type) + " " +
                              ShapeText(tensor.shape) + ", found " +
                              std::to_string(found));
}

// The tensors in the order of the file.
std::vector<const NamedTensor*> FileOrder(const TensorFile& file) {
  std::set<std::string_view> names;
  std::vector<const NamedTensor*> order;
  for (const NamedTensor& tensor : file.tensors) {
    RequireTensor(tensor);
    if (!names.insert(tensor.name).second) {
      throw std::invalid_argument("tensor '" + tensor.name +
                                  "': expected names that differ, found it "
                                  "twice");
    }
    order.push_back(&tensor);
  }
  std::sort(order.begin(), order.end(),
            [](const NamedTensor* a, const NamedTensor* b) {
              return LiesBefore(a->type, a->name, b->type, b->name);
            });
  return order;
}

// Length and header as bytes, with the hash over them in its place.
std::string Prefix(const TensorHeader& header) {
  std::string json = TensorHeaderToJson(header);
  const size_t unaligned = (kLengthBytes + json.size()) % kAlignment;
  if (unaligned != 0) json.append(kAlignment - unaligned, ' ');
  if (json.size() > kMaxHeaderBytes) {
    throw std::invalid_argument("tensor file: expected a header of at most " +
                                std::to_string(kMaxHeaderBytes) +
                                " bytes, found " + std::to_string(json.size()));
  }
  const uint64_t length = json.size();
  std::string prefix(kLengthBytes, '\0');
  std::memcpy(prefix.data(), &length, kLengthBytes);
  prefix += json;
  const size_t digits = prefix.find(kHeaderMark) + kHeaderMark.size();
  prefix.replace(digits, kHashDigits, Hash128Hex(prefix.data(), prefix.size()));
  return prefix;
}

Status HeaderError(const std::string& message) {
  return DataLoss("header: " + message);
}

// The file's length and header, proven to be as they were written.
Result<std::string_view> VerifiedHeader(std::string_view file) {
  if (file.size() < kLengthBytes) {
    return HeaderError("expected at least 8 bytes, found " +
                       std::to_string(file.size()));
  }
  uint64_t length = 0;
  std::memcpy(&length, file.data(), kLengthBytes);
  const uint64_t most =
      std::min<uint64_t>(kMaxHeaderBytes, file.size() - kLengthBytes);
  if (length > most) {
    return HeaderError("expected a length of at most " + std::to_string(most) +
                       " bytes, found " + std::to_string(length) +
                       "; the file is cut short, damaged, or no tensor file");
  }
  std::string prefix(file.substr(0, kLengthBytes + length));
  const size_t mark = prefix.find(kHeaderMark, kLengthBytes);
  if (mark == std::string::npos ||
      prefix.size() - mark < kHeaderMark.size() + kHashDigits) {
    return HeaderError(
        "expected its own hash 'credo.header', found none; the file is damaged "
        "or another program has written it");
  }
  const size_t digits = mark + kHeaderMark.size();
  const std::string expected = prefix.substr(digits, kHashDigits);
  prefix.replace(digits, kHashDigits, kHashDigits, '0');
  const std::string found = Hash128Hex(prefix.data(), prefix.size());
  if (found != expected) {
    return HeaderError("expected hash " + expected + ", found " + found +
                       "; the file is damaged, or another program has saved "
                       "it again");
  }
  return file.substr(kLengthBytes, length);
}

Result<std::string> TakeMetadata(TensorHeader& header, const std::string& key) {
  const auto entry = header.metadata.find(key);
  if (entry == header.metadata.end()) {
    return HeaderError("expected the metadata '" + key + "', found none");
  }
  std::string value = std::move(entry->second);
  header.metadata.erase(entry);
  return value;
}

Status CheckFormat(const std::string& text) {
  int format = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, format);
  if (parsed.ec != std::errc() || parsed.ptr != end || format < 1) {
    return HeaderError("expected a format number, found '" + text + "'");
  }
  if (format <= kTensorFileFormat) return OkStatus();
  return InvalidArgument("expected format " +
                         std::to_string(kTensorFileFormat) + ", found format " +
                         text + "; a newer version of Credo wrote this file");
}

struct Placed {
  const std::string* name;
  const TensorHeaderEntry* entry;
  DType type;
};

// The tensors of a header in the order of the file, their offsets proven to be
// without gap, each of the size of its shape.
Result<std::vector<Placed>> PlaceTensors(const TensorHeader& header) {
  std::vector<Placed> order;
  for (const auto& [name, entry] : header.tensors) {
    const std::optional<DType> type = DTypeFromName(entry.type);
    if (!type) {
      return HeaderError("tensor '" + name +
                         "': dtype: expected U8, I8, I32, I64, F32 or F64, "
                         "found '" +
                         entry.type + "'");
    }
    if (name.empty()) {
      return HeaderError("tensor '': expected a name, found none");
    }
    order.push_back({&name, &entry, *type});
  }
  std::sort(order.begin(), order.end(), [](const Placed& a, const Placed& b) {
    return LiesBefore(a.type, *a.name, b.type, *b.name);
  });
  int64_t at = 0;
  for (const auto& [name, entry, type] : order) {
    const int64_t size = ElementCount(entry->shape) * DTypeSize(type);
    // No sum is taken: it could leave the range.
    if (entry->begin != at || entry->end < at || entry->end - at != size) {
      return HeaderError("tensor '" + *name + "': data_offsets: expected " +
                         std::to_string(size) + " bytes from " +
                         std::to_string(at) + ", found " +
                         ShapeText({entry->begin, entry->end}));
    }
    at = entry->end;
  }
  return order;
}

// The tensor as it lies in `data`, its bytes proven to be as they were written.
Result<NamedTensor> VerifiedTensor(const Placed& placed, std::string_view data,
                                   const std::string& hash) {
  const TensorHeaderEntry& entry = *placed.entry;
  const std::string place = "tensor '" + *placed.name + "'";
  const int64_t available = static_cast<int64_t>(data.size());
  if (entry.end > available) {
    return DataLoss(place + ": expected bytes up to " +
                    std::to_string(entry.end) +
                    " behind the header, found the end at " +
                    std::to_string(available) + "; the file is cut short");
  }
  const std::string_view bytes =
      data.substr(entry.begin, entry.end - entry.begin);
  const std::string found = Hash128Hex(bytes.data(), bytes.size());
  if (found != hash) {
    return DataLoss(place + ": damaged: expected hash " + hash + ", found " +
                    found);
  }
  const auto as_bytes = std::as_bytes(std::span(bytes));
  return NamedTensor{*placed.name, placed.type, entry.shape,
                     {as_bytes.begin(), as_bytes.end()}};
}

Result<TensorFile> Parse(std::string_view bytes, const std::string& content) {
  CREDO_ASSIGN_OR_RETURN(const std::string_view json, VerifiedHeader(bytes));
  Result<TensorHeader> parsed = TensorHeaderFromJson(json);
  if (!parsed.ok()) return parsed.status().At("header");
  TensorHeader& header = *parsed;
  CREDO_ASSIGN_OR_RETURN(const std::string format,
                         TakeMetadata(header, kFormatKey));
  CREDO_RETURN_IF_ERROR(CheckFormat(format));
  TensorFile file;
  CREDO_ASSIGN_OR_RETURN(file.content, TakeMetadata(header, kContentKey));
  if (file.content != content) {
    return InvalidArgument("expected a file that holds '" + content +
                           "', found one that holds '" + file.content + "'");
  }
  header.metadata.erase(kHeaderKey);

  const std::string_view data = bytes.substr(kLengthBytes + json.size());
  CREDO_ASSIGN_OR_RETURN(const std::vector<Placed> order,
                         PlaceTensors(header));
  for (const Placed& placed : order) {
    CREDO_ASSIGN_OR_RETURN(const std::string hash,
                           TakeMetadata(header, kHashPrefix + *placed.name));
    CREDO_ASSIGN_OR_RETURN(NamedTensor tensor,
                           VerifiedTensor(placed, data, hash));
    file.tensors.push_back(std::move(tensor));
  }
  const size_t expected = order.empty() ? 0 : order.back().entry->end;
  if (data.size() != expected) {
    return DataLoss("end: expected " + std::to_string(expected) +
                    " bytes behind the header, found " +
                    std::to_string(data.size()));
  }
  for (const auto& [key, value] : header.metadata) {
    if (!IsReserved(key)) continue;
    return HeaderError("the metadata '" + key + "' is not of this format");
  }
  file.metadata = std::move(header.metadata);
  std::sort(file.tensors.begin(), file.tensors.end(),
            [](const NamedTensor& a, const NamedTensor& b) {
              return a.name < b.name;
            });
  return file;
}

}  // namespace

const NamedTensor* TensorFile::Find(const std::string& name) const {
  for (const NamedTensor& tensor : tensors) {
    if (tensor.name == name) return &tensor;
  }
  return nullptr;
}

Result<std::string> TensorFile::Metadata(const std::string& key) const {
  const auto found = metadata.find(key);
  if (found == metadata.end()) {
    return InvalidArgument("metadata '" + key + "': expected it, found none");
  }
  return found->second;
}

Result<int64_t> TensorFile::MetadataCount(const std::string& key) const {
  CREDO_ASSIGN_OR_RETURN(const std::string text, Metadata(key));
  const char* const end = text.data() + text.size();
  int64_t count = 0;
  const auto parsed = std::from_chars(text.data(), end, count);
  if (parsed.ec != std::errc() || parsed.ptr != end || count < 0) {
    return InvalidArgument("metadata '" + key +
                           "': expected a whole number of 0 or more, found '" +
                           text + "'");
  }
  return count;
}

void TensorFile::Add(std::string name, DType type, Shape shape,
                     std::span<const std::byte> bytes) {
  NamedTensor tensor{std::move(name), type, std::move(shape),
                     {bytes.begin(), bytes.end()}};
  RequireTensor(tensor);
  if (Find(tensor.name) != nullptr) {
    throw std::invalid_argument("tensor '" + tensor.name +
                                "': expected a new name, found it twice");
  }
  tensors.push_back(std::move(tensor));
}

void TensorFile::AddText(std::string name, const std::string& text) {
  Add(std::move(name), DType::kU8, {static_cast<int64_t>(text.size())},
      std::as_bytes(std::span(text)));
}

Result<std::string> TensorFile::Text(const std::string& name) const {
  const NamedTensor* const tensor = Find(name);
  if (tensor == nullptr) {
    return NotFound("tensor '" + name + "': expected a text, found none");
  }
  if (tensor->type != DType::kU8 || tensor->shape.size() != 1) {
    return InvalidArgument("tensor '" + name + "': expected a text, found " +
                           DTypeName(tensor->type) + " " +
                           ShapeText(tensor->shape));
  }
  std::string text(tensor->bytes.size(), '\0');
  std::transform(tensor->bytes.begin(), tensor->bytes.end(), text.begin(),
                 [](std::byte byte) { return static_cast<char>(byte); });
  return text;
}

std::string SerializeTensorFile(const TensorFile& file) {
  const std::vector<const NamedTensor*> order = FileOrder(file);
  TensorHeader header;
  for (const auto& [key, value] : file.metadata) {
    if (!IsReserved(key)) continue;
    throw std::invalid_argument("metadata '" + key +
                                "': expected another key, as those that begin "
                                "with 'credo.' are the format's own");
  }
  header.metadata = file.metadata;
  header.metadata[kFormatKey] = std::to_string(kTensorFileFormat);
  header.metadata[kContentKey] = file.content;
  header.metadata[kHeaderKey] = std::string(kHashDigits, '0');
  int64_t at = 0;
  for (const NamedTensor* const tensor : order) {
    const int64_t end = at + static_cast<int64_t>(tensor->bytes.size());
    header.tensors[tensor->name] = {DTypeName(tensor->type), tensor->shape, at,
                                    end};
    header.metadata[kHashPrefix + tensor->name] =
        Hash128Hex(tensor->bytes.data(), tensor->bytes.size());
    at = end;
  }
  std::string bytes = Prefix(header);
  bytes.reserve(bytes.size() + static_cast<size_t>(at));
  for (const NamedTensor* const tensor : order) {
    bytes.append(reinterpret_cast<const char*>(tensor->bytes.data()),
                 tensor->bytes.size());
  }
  return bytes;
}

Result<TensorFile> ParseTensorFile(std::span<const std::byte> bytes,
                                   const std::string& content,
                                   const std::string& place) {
  Result<TensorFile> file =
      Parse({reinterpret_cast<const char*>(bytes.data()), bytes.size()},
            content);
  if (!file.ok()) return file.status().At(place);
  return file;
}

Result<TensorFile> ReadTensorFile(const std::string& path,
                                  const std::string& content) {
  CREDO_ASSIGN_OR_RETURN(const std::string bytes, ReadFile(path));
  return ParseTensorFile(std::as_bytes(std::span(bytes)), content, path);
}

}  // namespace credo
