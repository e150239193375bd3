#include "sdk/base/tensor_header.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace credo {
namespace {

using testing::HasSubstr;

std::string Message(const std::string& json) {
  const Result<TensorHeader> header = TensorHeaderFromJson(json);
  if (header.ok()) return "";
  EXPECT_EQ(header.status().code(), StatusCode::kDataLoss);
  return header.status().message();
}

TEST(TensorHeader, IsTheJsonOfSafetensors) {
  TensorHeader header;
  header.metadata = {{"b", "x\"y"}, {"a", ""}};
  header.tensors["w"] = {"F32", {2, 3}, 8, 32};
  EXPECT_EQ(TensorHeaderToJson(header),
            R"({"__metadata__":{"a":"","b":"x\"y"},)"
            R"("w":{"data_offsets":[8,32],"dtype":"F32","shape":[2,3]}})");
}

TEST(TensorHeader, IsReadAsWritten) {
  TensorHeader header;
  header.metadata = {{"key", "v\"alue\n"}, {"\xc3\xa4", "\xe2\x82\xac"}};
  header.tensors["w"] = {"F32", {2, 3}, 8, 32};
  header.tensors["scalar"] = {"I64", {}, 0, 8};
  const Result<TensorHeader> read =
      TensorHeaderFromJson(TensorHeaderToJson(header));
  ASSERT_TRUE(read.ok()) << read.status().message();
  EXPECT_EQ(read->metadata, header.metadata);
  ASSERT_EQ(read->tensors.size(), 2u);
  EXPECT_EQ(read->tensors.at("w").type, "F32");
  EXPECT_EQ(read->tensors.at("w").shape, (Shape{2, 3}));
  EXPECT_EQ(read->tensors.at("w").begin, 8);
  EXPECT_EQ(read->tensors.at("w").end, 32);
  EXPECT_EQ(read->tensors.at("scalar").shape, Shape{});
}

TEST(TensorHeader, RefusesTextsThatAreNotUtf8) {
  TensorHeader header;
  header.metadata = {{"key", "\xff"}};
  EXPECT_THROW(TensorHeaderToJson(header), std::invalid_argument);
  header.metadata.clear();
  header.tensors["\xff"] = {"U8", {0}, 0, 0};
  EXPECT_THROW(TensorHeaderToJson(header), std::invalid_argument);
}

TEST(TensorHeader, ReadsKeysInAnyOrderAndSpaces) {
  EXPECT_EQ(Message(R"( { "w" : { "shape" : [ ] , "dtype" : "F32" ,
                     "data_offsets" : [ 0 , 4 ] } , "__metadata__" : { } } )"),
            "");
  EXPECT_EQ(Message("{}"), "");
}

TEST(TensorHeader, RefusesWhatIsNoJson) {
  EXPECT_THAT(Message(""), HasSubstr("found no JSON"));
  EXPECT_THAT(Message("{"), HasSubstr("found no JSON"));
  EXPECT_THAT(Message("{}x"), HasSubstr("found no JSON"));
  EXPECT_THAT(Message("{\"a\xff\":1}"), HasSubstr("found no JSON"));
}

TEST(TensorHeader, RefusesOtherValuesThanObjects) {
  for (const std::string json : {"[]", "3", "\"x\"", "null", "true", "1.5",
                                 "-1", R"({"w":3})", R"({"w":[]})",
                                 R"({"w":"x"})", R"({"w":null})",
                                 R"({"__metadata__":[]})"}) {
    EXPECT_NE(Message(json), "") << json;
  }
}

TEST(TensorHeader, RefusesMetadataThatIsNoText) {
  for (const std::string value :
       {"1", "-1", "1.5", "null", "true", "{}", "[]"}) {
    EXPECT_NE(Message(R"({"__metadata__":{"key":)" + value + "}}"), "")
        << value;
  }
}

// An entry whose three values are as given.
std::string Entry(const std::string& dtype, const std::string& shape,
                  const std::string& offsets) {
  return R"({"w":{"dtype":)" + dtype + R"(,"shape":)" + shape +
         R"(,"data_offsets":)" + offsets + "}}";
}

TEST(TensorHeader, TakesAGoodEntry) {
  EXPECT_EQ(Message(Entry("\"F32\"", "[1]", "[0,4]")), "");
}

TEST(TensorHeader, RefusesValuesOfTheWrongType) {
  for (const std::string bad : {"1", "null", "{}", "[1]"}) {
    EXPECT_NE(Message(Entry(bad, "[1]", "[0,4]")), "") << bad;
  }
  for (const std::string bad :
       {"1", "null", "{}", "\"x\"", "[[1]]", "[\"1\"]", "[1.5]", "[-1]",
        "[true]", "[null]", "[{}]", "[18446744073709551615]",
        "[9223372036854775808]", "[1e99999]", "[99999999999999999999999]"}) {
    EXPECT_NE(Message(Entry("\"F32\"", bad, "[0,4]")), "") << bad;
    EXPECT_NE(Message(Entry("\"F32\"", "[1]", bad)), "") << bad;
  }
}

TEST(TensorHeader, RefusesOffsetsThatAreNotTwo) {
  for (const std::string bad : {"[]", "[0]", "[0,4,8]"}) {
    EXPECT_THAT(Message(Entry("\"F32\"", "[1]", bad)),
                HasSubstr("data_offsets that are not two (at 'w')"));
  }
}

TEST(TensorHeader, RefusesAnEntryThatLacksSomething) {
  for (const std::string json :
       {R"({"w":{}})", R"({"w":{"dtype":"F32","shape":[1]}})",
        R"({"w":{"dtype":"F32","data_offsets":[0,4]}})",
        R"({"w":{"shape":[1],"data_offsets":[0,4]}})"}) {
    EXPECT_THAT(Message(json), HasSubstr("without dtype, shape or"));
  }
}

TEST(TensorHeader, RefusesUnknownKeys) {
  EXPECT_THAT(Message(R"({"w":{"type":"F32"}})"),
              HasSubstr("the unknown key 'type' (at 'w')"));
}

TEST(TensorHeader, RefusesKeysTwice) {
  const std::string entry = R"({"dtype":"U8","shape":[],"data_offsets":[0,1]})";
  EXPECT_THAT(Message("{\"w\":" + entry + ",\"w\":" + entry + "}"),
              HasSubstr("a tensor twice (at 'w')"));
  EXPECT_THAT(Message(R"({"__metadata__":{},"__metadata__":{}})"),
              HasSubstr("metadata twice"));
  EXPECT_THAT(Message(R"({"__metadata__":{"a":"","a":""}})"),
              HasSubstr("the metadata 'a' twice"));
  EXPECT_THAT(Message(R"({"w":{"dtype":"U8","dtype":"U8"}})"),
              HasSubstr("the key 'dtype' twice"));
}

TEST(TensorHeader, SurvivesDepth) {
  const std::string lists(1000000, '[');
  EXPECT_NE(Message(lists), "");
  EXPECT_NE(Message(Entry("\"F32\"", lists, "[0,4]")), "");
  std::string objects;
  for (int i = 0; i < 100000; ++i) objects += R"({"w":)";
  EXPECT_NE(Message(objects), "");
}

}  // namespace
}  // namespace credo
