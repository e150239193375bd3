#include "sdk/base/status.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace credo {
namespace {

TEST(Status, IsOkByDefault) {
  const Status status;
  EXPECT_TRUE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kOk);
  EXPECT_EQ(status.message(), "");
  EXPECT_TRUE(OkStatus().ok());
}

TEST(Status, CarriesCodeAndMessage) {
  const Status status = DataLoss("cut short");
  EXPECT_FALSE(status.ok());
  EXPECT_EQ(status.code(), StatusCode::kDataLoss);
  EXPECT_EQ(status.message(), "cut short");
}

TEST(Status, HasOneMakerPerCode) {
  EXPECT_EQ(InvalidArgument("").code(), StatusCode::kInvalidArgument);
  EXPECT_EQ(NotFound("").code(), StatusCode::kNotFound);
  EXPECT_EQ(FailedPrecondition("").code(), StatusCode::kFailedPrecondition);
  EXPECT_EQ(DataLoss("").code(), StatusCode::kDataLoss);
  EXPECT_EQ(Unavailable("").code(), StatusCode::kUnavailable);
  EXPECT_EQ(Internal("").code(), StatusCode::kInternal);
  EXPECT_EQ(Cancelled("").code(), StatusCode::kCancelled);
}

TEST(Status, NamesItsCodes) {
  EXPECT_STREQ(StatusCodeName(StatusCode::kOk), "Ok");
  EXPECT_STREQ(StatusCodeName(StatusCode::kInvalidArgument), "InvalidArgument");
  EXPECT_STREQ(StatusCodeName(StatusCode::kNotFound), "NotFound");
  EXPECT_STREQ(StatusCodeName(StatusCode::kFailedPrecondition),
               "FailedPrecondition");
  EXPECT_STREQ(StatusCodeName(StatusCode::kDataLoss), "DataLoss");
  EXPECT_STREQ(StatusCodeName(StatusCode::kUnavailable), "Unavailable");
  EXPECT_STREQ(StatusCodeName(StatusCode::kInternal), "Internal");
  EXPECT_STREQ(StatusCodeName(StatusCode::kCancelled), "Cancelled");
  EXPECT_STREQ(StatusCodeName(static_cast<StatusCode>(99)), "Unknown");
}

TEST(Status, AtPutsThePlaceFirst) {
  const Status status = NotFound("no such key").At("line 3").At("a.yaml");
  EXPECT_EQ(status.code(), StatusCode::kNotFound);
  EXPECT_EQ(status.message(), "a.yaml: line 3: no such key");
}

TEST(Status, AtKeepsSuccess) {
  EXPECT_TRUE(OkStatus().At("a.yaml").ok());
  EXPECT_EQ(OkStatus().At("a.yaml").message(), "");
}

TEST(Result, HoldsAValue) {
  Result<std::string> result = std::string("abc");
  ASSERT_TRUE(result.ok());
  EXPECT_TRUE(result.status().ok());
  EXPECT_EQ(*result, "abc");
  EXPECT_EQ(result->size(), 3u);
}

TEST(Result, HoldsAFailure) {
  const Result<int> result = NotFound("no such file");
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.status().message(), "no such file");
}

TEST(Result, OfAnOkStatusIsAFailure) {
  const Result<int> result = OkStatus();
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.status().code(), StatusCode::kInternal);
}

TEST(Result, MovesAValueOut) {
  Result<std::unique_ptr<int>> result = std::make_unique<int>(7);
  const std::unique_ptr<int> value = *std::move(result);
  EXPECT_EQ(*value, 7);
}

TEST(ResultDeathTest, StopsWhenReadWithoutAValue) {
  const Result<int> result = NotFound("no such file");
  EXPECT_DEATH(static_cast<void>(*result), "");
}

Status Twice(const Status& first, int& reached) {
  CREDO_RETURN_IF_ERROR(first);
  ++reached;
  return OkStatus();
}

TEST(ReturnIfError, ReturnsTheFailure) {
  int reached = 0;
  EXPECT_EQ(Twice(DataLoss("x"), reached).code(), StatusCode::kDataLoss);
  EXPECT_EQ(reached, 0);
}

TEST(ReturnIfError, GoesOnAfterSuccess) {
  int reached = 0;
  EXPECT_TRUE(Twice(OkStatus(), reached).ok());
  EXPECT_EQ(reached, 1);
}

Result<int> Sum(Result<int> a, Result<int> b) {
  CREDO_ASSIGN_OR_RETURN(const int first, std::move(a));
  CREDO_ASSIGN_OR_RETURN(const int second, std::move(b));
  return first + second;
}

TEST(AssignOrReturn, TakesTheValues) {
  const Result<int> sum = Sum(2, 3);
  ASSERT_TRUE(sum.ok());
  EXPECT_EQ(*sum, 5);
}

TEST(AssignOrReturn, ReturnsTheFirstFailure) {
  EXPECT_EQ(Sum(NotFound("a"), NotFound("b")).status().message(), "a");
  EXPECT_EQ(Sum(2, NotFound("b")).status().message(), "b");
}

}  // namespace
}  // namespace credo
