#include "sdk/base/tensor_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <vector>

#include "sdk/base/hash.h"
#include "sdk/base/random.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/write_file.h"

namespace credo {
namespace {

using testing::AnyOf;
using testing::HasSubstr;
using testing::StartsWith;
using Json = nlohmann::json;

template <typename T>
std::span<const std::byte> Bytes(const std::vector<T>& values) {
  return std::as_bytes(std::span(values));
}

TensorFile Small() {
  TensorFile file;
  file.content = "model";
  file.metadata = {{"note", "hello"}};
  file.Add("policy.bias", DType::kF32, {2}, Bytes<float>({1.5f, -2.0f}));
  file.AddText("config", "a: 1");
  file.Add("steps", DType::kI64, {}, Bytes<int64_t>({123456789012345}));
  return file;
}

Result<TensorFile> Parse(const std::string& bytes,
                         const std::string& content = "model") {
  return ParseTensorFile(std::as_bytes(std::span(bytes)), content, "a.st");
}

std::string Message(const std::string& bytes) {
  const Result<TensorFile> file = Parse(bytes);
  return file.ok() ? "" : file.status().message();
}

// --- Files taken apart and put together by hand ---

uint64_t HeaderLength(const std::string& bytes) {
  uint64_t length = 0;
  std::memcpy(&length, bytes.data(), 8);
  return length;
}

Json HeaderOf(const std::string& bytes) {
  return Json::parse(bytes.substr(8, HeaderLength(bytes)));
}

std::string DataOf(const std::string& bytes) {
  return bytes.substr(8 + HeaderLength(bytes));
}

// Puts the right hash into a header, when it has a place for one.
void Seal(std::string& bytes) {
  if (bytes.size() < 8) return;
  const uint64_t length =
      std::min<uint64_t>(HeaderLength(bytes), bytes.size() - 8);
  std::string prefix = bytes.substr(0, 8 + length);
  const std::string mark = "\"credo.header\":\"";
  const size_t at = prefix.find(mark);
  if (at == std::string::npos || at + mark.size() + 32 > prefix.size()) return;
  prefix.replace(at + mark.size(), 32, std::string(32, '0'));
  bytes.replace(at + mark.size(), 32, Hash128Hex(prefix.data(), prefix.size()));
}

std::string Join(const std::string& header, const std::string& data) {
  const uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  bytes += header + data;
  Seal(bytes);
  return bytes;
}

// What is said of the small file after a change of its header, which is then
// sealed as if it had been written so.
std::string Changed(const std::function<void(Json&)>& change) {
  const std::string bytes = SerializeTensorFile(Small());
  Json header = HeaderOf(bytes);
  change(header);
  return Message(Join(header.dump(), DataOf(bytes)));
}

// --- Writing and reading ---

TEST(TensorFile, IsReadAsWritten) {
  const Result<TensorFile> file = Parse(SerializeTensorFile(Small()));
  ASSERT_TRUE(file.ok()) << file.status().message();
  EXPECT_EQ(file->content, "model");
  EXPECT_EQ(file->metadata, Small().metadata);
  ASSERT_EQ(file->tensors.size(), 3u);
  for (const NamedTensor& expected : Small().tensors) {
    const NamedTensor* const found = file->Find(expected.name);
    ASSERT_NE(found, nullptr) << expected.name;
    EXPECT_EQ(found->type, expected.type);
    EXPECT_EQ(found->shape, expected.shape);
    EXPECT_EQ(found->bytes, expected.bytes);
  }
}

TEST(TensorFile, IsReadInTheOrderOfNames) {
  const Result<TensorFile> file = Parse(SerializeTensorFile(Small()));
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->tensors[0].name, "config");
  EXPECT_EQ(file->tensors[1].name, "policy.bias");
  EXPECT_EQ(file->tensors[2].name, "steps");
}

TEST(TensorFile, HoldsEveryType) {
  TensorFile file;
  file.content = "model";
  file.Add("u8", DType::kU8, {3}, Bytes<uint8_t>({0, 128, 255}));
  file.Add("i32", DType::kI32, {1}, Bytes<int32_t>({-7}));
  file.Add("i64", DType::kI64, {1}, Bytes<int64_t>({-7}));
  file.Add("f32", DType::kF32, {1, 1}, Bytes<float>({0.1f}));
  file.Add("f64", DType::kF64, {1}, Bytes<double>({0.1}));
  const Result<TensorFile> read = Parse(SerializeTensorFile(file));
  ASSERT_TRUE(read.ok()) << read.status().message();
  for (const NamedTensor& tensor : file.tensors) {
    EXPECT_EQ(read->Find(tensor.name)->bytes, tensor.bytes) << tensor.name;
    EXPECT_EQ(read->Find(tensor.name)->type, tensor.type) << tensor.name;
  }
}

TEST(TensorFile, HoldsNothing) {
  TensorFile file;
  file.content = "model";
  const Result<TensorFile> read = Parse(SerializeTensorFile(file));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_TRUE(read->tensors.empty());
  EXPECT_TRUE(read->metadata.empty());
}

TEST(TensorFile, HoldsTensorsWithoutElements) {
  TensorFile file;
  file.content = "model";
  file.Add("none", DType::kF32, {3, 0}, {});
  file.AddText("text", "");
  const Result<TensorFile> read = Parse(SerializeTensorFile(file));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->Find("none")->shape, (Shape{3, 0}));
  EXPECT_EQ(*read->Text("text"), "");
}

TEST(TensorFile, HoldsStrangeNamesAndTexts) {
  TensorFile file;
  file.content = "mo\"del";
  const std::string trap =
      R"("credo.header":"00000000000000000000000000000000")";
  file.metadata = {{trap, trap}, {"new\nline", std::string("nul\0byte", 8)}};
  file.AddText(trap, trap);
  file.AddText("credo.header", "x");
  const Result<TensorFile> read =
      Parse(SerializeTensorFile(file), "mo\"del");
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->metadata, file.metadata);
  EXPECT_EQ(*read->Text(trap), trap);
}

TEST(TensorFile, EqualContentGivesEqualBytes) {
  TensorFile other = Small();
  std::reverse(other.tensors.begin(), other.tensors.end());
  EXPECT_EQ(SerializeTensorFile(other), SerializeTensorFile(Small()));
}

TEST(TensorFile, IsWrittenAgainAsItWasRead) {
  const std::string bytes = SerializeTensorFile(Small());
  EXPECT_EQ(SerializeTensorFile(*Parse(bytes)), bytes);
}

TEST(TensorFile, KeepsTheFormatOfItsFirstDay) {
  TensorFile file;
  file.content = "model";
  file.metadata = {{"note", "hello"}};
  file.AddText("b", "xyz");
  file.Add("a", DType::kF32, {2}, Bytes<float>({1, 2}));
  const std::string bytes = SerializeTensorFile(file);
  const std::string header =
      R"({"__metadata__":{"credo.content":"model","credo.format":"1",)"
      R"("credo.hash.a":"4533ce61c4655ba3c3e077b25dd1d769",)"
      R"("credo.hash.b":"f518eef73f5fb9de6276d2656f411f1f",)"
      R"("credo.header":"f132f46d54cd0592f45015e525bd4fb9","note":"hello"},)"
      R"("a":{"data_offsets":[0,8],"dtype":"F32","shape":[2]},)"
      R"("b":{"data_offsets":[8,11],"dtype":"U8","shape":[3]}})";
  std::string expected("\x78\x01\0\0\0\0\0\0", 8);
  expected += header + std::string(376 - header.size(), ' ');
  expected += std::string("\0\0\x80\x3f\0\0\0\x40xyz", 11);
  EXPECT_EQ(bytes, expected);
}

TEST(TensorFile, AlignsDataTo64Bytes) {
  TensorFile file = Small();
  for (int i = 0; i < 70; ++i) {
    file.metadata["note"] += "x";
    EXPECT_EQ((8 + HeaderLength(SerializeTensorFile(file))) % 64, 0u);
  }
}

TEST(TensorFile, LaysTensorsWithoutGapWideTypesFirst) {
  TensorFile file;
  file.content = "model";
  file.Add("a", DType::kU8, {3}, Bytes<uint8_t>({1, 2, 3}));
  file.Add("b", DType::kF32, {1}, Bytes<float>({1}));
  file.Add("c", DType::kF64, {1}, Bytes<double>({1}));
  file.Add("d", DType::kI32, {1}, Bytes<int32_t>({1}));
  const Json header = HeaderOf(SerializeTensorFile(file));
  EXPECT_EQ(header["c"]["data_offsets"], Json({0, 8}));
  EXPECT_EQ(header["b"]["data_offsets"], Json({8, 12}));
  EXPECT_EQ(header["d"]["data_offsets"], Json({12, 16}));
  EXPECT_EQ(header["a"]["data_offsets"], Json({16, 19}));
}

TEST(TensorFile, CarriesTheHashOfEachTensor) {
  const Json header = HeaderOf(SerializeTensorFile(Small()));
  EXPECT_EQ(header["__metadata__"]["credo.hash.config"],
            Hash128Hex("a: 1", 4));
  EXPECT_EQ(header["__metadata__"]["credo.format"], "1");
  EXPECT_EQ(header["__metadata__"]["credo.content"], "model");
  EXPECT_EQ(header["__metadata__"]["note"], "hello");
}

// --- Misuse ---

TEST(TensorFile, FindsNothingByAnUnknownName) {
  EXPECT_EQ(Small().Find("x"), nullptr);
  EXPECT_EQ(Small().Text("x").status().code(), StatusCode::kNotFound);
  EXPECT_EQ(Small().Text("x").status().message(),
            "tensor 'x': expected a text, found none");
}

TEST(TensorFile, TextOfOtherTensorsIsRefused) {
  EXPECT_EQ(*Small().Text("config"), "a: 1");
  EXPECT_EQ(Small().Text("policy.bias").status().message(),
            "tensor 'policy.bias': expected a text, found F32 [2]");
}

TEST(TensorFile, AddRefusesBytesOfAnotherShape) {
  TensorFile file;
  EXPECT_THROW(file.Add("a", DType::kF32, {3}, Bytes<float>({1, 2})),
               std::invalid_argument);
  EXPECT_THROW(file.Add("a", DType::kF64, {2}, Bytes<float>({1, 2})),
               std::invalid_argument);
  EXPECT_THROW(file.Add("a", DType::kF32, {-1, -2}, Bytes<float>({1, 2})),
               std::invalid_argument);
  const int64_t huge = std::numeric_limits<int64_t>::max();
  EXPECT_THROW(file.Add("a", DType::kF64, {huge, huge}, Bytes<float>({1, 2})),
               std::invalid_argument);
}

TEST(TensorFile, AddRefusesANameTwice) {
  TensorFile file = Small();
  EXPECT_THROW(file.AddText("config", ""), std::invalid_argument);
}

TEST(TensorFile, AddRefusesNamesThatNoFileCanHold) {
  TensorFile file;
  EXPECT_THROW(file.AddText("", ""), std::invalid_argument);
  EXPECT_THROW(file.AddText("__metadata__", ""), std::invalid_argument);
}

TEST(TensorFile, SerializeRefusesANameTwice) {
  TensorFile file = Small();
  file.tensors.push_back(file.tensors[0]);
  EXPECT_THROW(SerializeTensorFile(file), std::invalid_argument);
}

TEST(TensorFile, SerializeRefusesReservedMetadata) {
  for (const std::string key : {"credo.format", "credo.", "credo.mine"}) {
    TensorFile file = Small();
    file.metadata[key] = "x";
    EXPECT_THROW(SerializeTensorFile(file), std::invalid_argument) << key;
  }
  TensorFile file = Small();
  file.metadata["credo"] = "x";
  EXPECT_TRUE(Parse(SerializeTensorFile(file)).ok());
}

TEST(TensorFile, SerializeRefusesTextsThatAreNotUtf8) {
  TensorFile file = Small();
  file.metadata["note"] = "\xff";
  EXPECT_THROW(SerializeTensorFile(file), std::invalid_argument);
}

TEST(TensorFile, CountsAreWholeNumbersOfZeroOrMore) {
  TensorFile file = Small();
  file.metadata["frames"] = "9007199254740993";
  EXPECT_EQ(*file.MetadataCount("frames"), 9007199254740993);
  for (const std::string text : {"", "-1", "1.5", "12x", " 3",
                                 "99999999999999999999"}) {
    file.metadata["frames"] = text;
    const Result<int64_t> count = file.MetadataCount("frames");
    EXPECT_EQ(count.status().code(), StatusCode::kInvalidArgument) << text;
    EXPECT_EQ(count.status().message(),
              "metadata 'frames': expected a whole number of 0 or more, found "
              "'" + text + "'");
  }
  EXPECT_EQ(file.MetadataCount("steps").status().code(),
            StatusCode::kInvalidArgument);
}

// --- Damage ---

TEST(TensorFile, EveryFlippedBitIsRefusedByName) {
  const std::string good = SerializeTensorFile(Small());
  const size_t data = 8 + HeaderLength(good);
  for (size_t at = 0; at < good.size(); ++at) {
    // Data: 8 bytes of steps, 8 of policy.bias, 4 of config.
    const std::string place = at < data        ? "header"
                              : at < data + 8  ? "tensor 'steps'"
                              : at < data + 16 ? "tensor 'policy.bias'"
                                               : "tensor 'config'";
    for (int bit = 0; bit < 8; ++bit) {
      std::string bytes = good;
      bytes[at] ^= static_cast<char>(1 << bit);
      const Result<TensorFile> file = Parse(bytes);
      ASSERT_FALSE(file.ok()) << "byte " << at << " bit " << bit;
      ASSERT_EQ(file.status().code(), StatusCode::kDataLoss);
      ASSERT_THAT(file.status().message(),
                  StartsWith("a.st: " + place + ": "));
    }
  }
}

TEST(TensorFile, EveryCutIsRefused) {
  const std::string good = SerializeTensorFile(Small());
  for (size_t size = 0; size < good.size(); ++size) {
    const Result<TensorFile> file = Parse(good.substr(0, size));
    ASSERT_FALSE(file.ok()) << size;
    ASSERT_EQ(file.status().code(), StatusCode::kDataLoss);
    ASSERT_THAT(file.status().message(),
                AnyOf(StartsWith("a.st: header: "),
                      StartsWith("a.st: tensor '")));
  }
}

TEST(TensorFile, EveryLongerFileIsRefused) {
  const std::string good = SerializeTensorFile(Small());
  EXPECT_EQ(Message(good + "x"),
            "a.st: end: expected 20 bytes behind the header, found 21");
  EXPECT_NE(Message(good + good), "");
}

TEST(TensorFile, DamageOfATensorTellsBothHashes) {
  std::string bytes = SerializeTensorFile(Small());
  bytes.back() = 'X';
  EXPECT_EQ(Message(bytes), "a.st: tensor 'config': damaged: expected hash " +
                                Hash128Hex("a: 1", 4) + ", found " +
                                Hash128Hex("a: X", 4));
}

TEST(TensorFile, AnAbsurdHeaderLengthIsRefused) {
  std::string bytes = SerializeTensorFile(Small());
  for (const uint64_t length :
       {~uint64_t{0}, uint64_t{1} << 63, uint64_t{1} << 32,
        static_cast<uint64_t>(bytes.size()) - 7}) {
    std::memcpy(bytes.data(), &length, 8);
    EXPECT_THAT(Message(bytes),
                StartsWith("a.st: header: expected a length of at most " +
                           std::to_string(bytes.size() - 8) +
                           " bytes, found " + std::to_string(length)));
  }
}

TEST(TensorFile, AHeaderBeyondTheLimitIsRefused) {
  const std::string bytes = Join(std::string((64 << 20) + 1, ' '), "");
  EXPECT_THAT(Message(bytes), HasSubstr("expected a length of at most 67108864 "
                                        "bytes, found 67108865"));
}

TEST(TensorFile, OtherFilesAreRefused) {
  EXPECT_EQ(Message(""), "a.st: header: expected at least 8 bytes, found 0");
  EXPECT_THAT(Message("kind: city\nsize: 9\n"), HasSubstr("no tensor file"));
  EXPECT_THAT(Message(Join("{}", "")), HasSubstr("'credo.header', found none"));
  EXPECT_THAT(Message(Join(R"({"__metadata__":{"credo.header":"00)", "")),
              HasSubstr("'credo.header', found none"));
}

TEST(TensorFile, TenThousandMutationsAreRefused) {
  const std::string good = SerializeTensorFile(Small());
  Draws random(1, 0, 0);
  for (int i = 0; i < 10000; ++i) {
    std::string bytes = good;
    const int edits = 1 + static_cast<int>(random.Below(8));
    for (int e = 0; e < edits && !bytes.empty(); ++e) {
      const size_t at = random.Below(static_cast<uint32_t>(bytes.size()));
      switch (random.Below(3)) {
        case 0: bytes[at] = static_cast<char>(random.Below(256)); break;
        case 1: bytes.erase(at, 1 + random.Below(16)); break;
        default: bytes.insert(at, 1, static_cast<char>(random.Below(256)));
      }
    }
    if (bytes == good) continue;
    EXPECT_FALSE(Parse(bytes).ok());
  }
}

TEST(TensorFile, TenThousandSealedMutationsDoNoHarm) {
  // The header's hash is made right again, so that damage meets the code behind
  // it. Not all of them are wrong: a changed note is just another note.
  const std::string good = SerializeTensorFile(Small());
  const std::string tokens[] = {"[", "]", "{", "}", "\"", ",", ":", "-", "0",
                                "9223372036854775807", "1e999", "null", "[[",
                                "\"shape\":[1],", "\\u0000", "\xff"};
  Draws random(2, 0, 0);
  int refused = 0;
  for (int i = 0; i < 10000; ++i) {
    std::string header = good.substr(8, HeaderLength(good));
    const int edits = 1 + static_cast<int>(random.Below(3));
    for (int e = 0; e < edits; ++e) {
      const size_t at = random.Below(static_cast<uint32_t>(header.size()));
      const std::string& token = tokens[random.Below(std::size(tokens))];
      header.replace(at, random.Below(4), token);
    }
    const Result<TensorFile> file = Parse(Join(header, DataOf(good)));
    if (!file.ok()) {
      ++refused;
      continue;
    }
    // What is read can be written.
    EXPECT_FALSE(SerializeTensorFile(*file).empty());
  }
  EXPECT_GT(refused, 5000);
  EXPECT_LT(refused, 10000);
}

// --- Headers that are sealed, and wrong ---

TEST(TensorFile, TakesTheHeaderAsItWas) {
  EXPECT_EQ(Changed([](Json&) {}), "");
}

TEST(TensorFile, RefusesAnotherContent) {
  const Result<TensorFile> file =
      Parse(SerializeTensorFile(Small()), "checkpoint");
  EXPECT_EQ(file.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(file.status().message(),
            "a.st: expected a file that holds 'checkpoint', found one that "
            "holds 'model'");
}

TEST(TensorFile, RefusesANewerFormat) {
  const std::string bytes = SerializeTensorFile(Small());
  Json header = HeaderOf(bytes);
  header["__metadata__"]["credo.format"] = "2";
  // Whatever else a newer format brings, its number is what is told.
  header["__metadata__"]["credo.signature"] = "x";
  header["steps"]["dtype"] = "BF16";
  const Result<TensorFile> file = Parse(Join(header.dump(), DataOf(bytes)));
  EXPECT_EQ(file.status().code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(file.status().message(),
            "a.st: expected format 1, found format 2; a newer version of Credo "
            "wrote this file");
}

TEST(TensorFile, RefusesAFormatThatIsNoNumber) {
  for (const std::string text : {"", "x", "1x", "0", "-1", "99999999999"}) {
    EXPECT_EQ(Changed([&](Json& j) {
                j["__metadata__"]["credo.format"] = text;
              }),
              "a.st: header: expected a format number, found '" + text + "'");
  }
}

TEST(TensorFile, RefusesAMissingEntryOfItsOwn) {
  for (const std::string key :
       {"credo.format", "credo.content", "credo.hash.config"}) {
    EXPECT_EQ(Changed([&](Json& j) { j["__metadata__"].erase(key); }),
              "a.st: header: expected the metadata '" + key +
                  "', found none");
  }
}

TEST(TensorFile, RefusesAnUnknownEntryOfItsOwn) {
  for (const std::string key : {"credo.speed", "credo.hash.nothing"}) {
    EXPECT_EQ(Changed([&](Json& j) { j["__metadata__"][key] = "1"; }),
              "a.st: header: the metadata '" + key + "' is not of this format");
  }
}

TEST(TensorFile, RefusesUnknownTypes) {
  EXPECT_EQ(Changed([](Json& j) { j["steps"]["dtype"] = "BF16"; }),
            "a.st: header: tensor 'steps': dtype: expected U8, I8, I32, I64, "
            "F32 or F64, found 'BF16'");
}

TEST(TensorFile, RefusesAShapeThatIsNotThatOfTheBytes) {
  EXPECT_EQ(Changed([](Json& j) { j["policy.bias"]["shape"] = {3}; }),
            "a.st: header: tensor 'policy.bias': data_offsets: expected 12 "
            "bytes from 8, found [8, 16]");
}

TEST(TensorFile, RefusesShapesThatOverflow) {
  const int64_t huge = std::numeric_limits<int64_t>::max();
  const int64_t root = int64_t{1} << 32;
  for (const Shape& shape :
       {Shape{huge}, Shape{huge, huge}, Shape{root, root},
        Shape{root, root, 2}}) {
    EXPECT_THAT(Changed([&](Json& j) { j["policy.bias"]["shape"] = shape; }),
                StartsWith("a.st: header: tensor 'policy.bias': "));
  }
}

TEST(TensorFile, RefusesSizesBelowZero) {
  EXPECT_THAT(Changed([](Json& j) { j["policy.bias"]["shape"] = {-2, -1}; }),
              HasSubstr("found a number below 0 (at 'policy.bias')"));
}

TEST(TensorFile, RefusesOffsetsWithGapsOrOverlaps) {
  const int64_t huge = std::numeric_limits<int64_t>::max();
  for (const Shape& offsets :
       {Shape{7, 16}, Shape{9, 16}, Shape{7, 15}, Shape{9, 17}, Shape{8, 17},
        Shape{8, 15}, Shape{16, 8}, Shape{0, 8}, Shape{8, huge},
        Shape{huge, huge}, Shape{huge, 0}}) {
    EXPECT_EQ(
        Changed([&](Json& j) { j["policy.bias"]["data_offsets"] = offsets; }),
        "a.st: header: tensor 'policy.bias': data_offsets: expected 8 bytes "
        "from 8, found " +
            ShapeText(offsets));
  }
}

TEST(TensorFile, RefusesTensorsInAnotherOrder) {
  EXPECT_THAT(Changed([](Json& j) {
                std::swap(j["policy.bias"]["data_offsets"],
                          j["steps"]["data_offsets"]);
              }),
              StartsWith("a.st: header: tensor 'steps': data_offsets: "));
}

TEST(TensorFile, RefusesATensorBeyondTheEnd) {
  EXPECT_EQ(Changed([](Json& j) {
              const int64_t size = int64_t{1} << 40;
              j["config"]["shape"] = {size};
              j["config"]["data_offsets"] = {16, 16 + size};
            }),
            "a.st: tensor 'config': expected bytes up to 1099511627792 behind "
            "the header, found the end at 20; the file is cut short");
}

TEST(TensorFile, RefusesDepth) {
  EXPECT_THAT(Message(Join(R"({"__metadata__":{"credo.header":")" +
                               std::string(32, '0') + R"("},"w":)" +
                               std::string(1000000, '['),
                           "")),
              StartsWith("a.st: header: expected entries of tensors, found"));
}

// --- On disk ---

TEST(ReadTensorFile, ReadsAFile) {
  const TemporaryFolder folder;
  const std::string path = folder / "a.st";
  WriteFile(path, SerializeTensorFile(Small()));
  const Result<TensorFile> file = ReadTensorFile(path, "model");
  ASSERT_TRUE(file.ok()) << file.status().message();
  EXPECT_EQ(*file->Text("config"), "a: 1");
  const Status other = ReadTensorFile(path, "beliefs").status();
  EXPECT_THAT(other.message(), StartsWith(path + ": expected a file that"));
}

TEST(ReadTensorFile, TellsAMissingFile) {
  const Status status = ReadTensorFile("/nonexistent/a.st", "model").status();
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(),
            "/nonexistent/a.st: cannot open: No such file or directory");
}

}  // namespace
}  // namespace credo
