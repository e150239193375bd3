#include "sdk/base/spec_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>

namespace credo {
namespace {

using testing::StartsWith;
using Json = nlohmann::ordered_json;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

EnvironmentSpec City() {
  EnvironmentSpec spec;
  spec.name = "city";
  spec.seconds_per_step = 0.1;
  spec.observations = {
      ObservationSpec::Picture("camera", 24, 32, 3),
      ObservationSpec::Tiles("view", {3, 3}, 7),
      ObservationSpec::Vector("pose", {2}, -kInfinity, kInfinity).Privileged(),
  };
  spec.action.has_mask = true;
  spec.action.fields = {ActionField::MultiDiscrete("tools", {2, 3}),
                        ActionField::Continuous("aim", 2, -90, 90.5)};
  return spec;
}

TEST(SpecToJson, IsThisText) {
  EXPECT_EQ(
      SpecToJson(City()),
      R"({"name":"city","seconds_per_step":0.1,"observations":[)"
      R"({"name":"camera","kind":"picture","shape":[24,32,3],"low":0.0,)"
      R"("high":255.0,"privileged":false},)"
      R"({"name":"view","kind":"tiles","shape":[3,3],"low":0.0,"high":6.0,)"
      R"("privileged":false},)"
      R"({"name":"pose","kind":"vector","shape":[2],"low":"-inf",)"
      R"("high":"inf","privileged":true}],)"
      R"("action":{"has_mask":true,"fields":[)"
      R"({"name":"tools","kind":"discrete","choices":[2,3]},)"
      R"({"name":"aim","kind":"continuous","dimensions":2,"low":-90.0,)"
      R"("high":90.5}]}})");
}

TEST(SpecToJson, RefusesASpecWithAFault) {
  EnvironmentSpec spec = City();
  spec.observations[1].shape = {0};
  EXPECT_THROW(SpecToJson(spec), std::invalid_argument);
}

TEST(SpecFromJson, ReadsWhatWasWritten) {
  const Result<EnvironmentSpec> spec = SpecFromJson(SpecToJson(City()), "file");
  ASSERT_TRUE(spec.ok()) << spec.status().message();
  EXPECT_EQ(*spec, City());
}

TEST(SpecFromJson, KeepsEveryDigitOfANumber) {
  EnvironmentSpec spec = City();
  spec.seconds_per_step = 1.0 / 3;
  spec.action.fields[1].low = -0.1 - 1e-17;
  EXPECT_EQ(*SpecFromJson(SpecToJson(spec), "file"), spec);
}

TEST(SpecFromJson, KeepsScalarsAndEmptyRanks) {
  EnvironmentSpec spec = City();
  spec.observations[2].shape = {};
  EXPECT_EQ(*SpecFromJson(SpecToJson(spec), "file"), spec);
}

// What is said of the city's JSON after a change.
template <typename Change>
std::string Message(Change change) {
  Json json = Json::parse(SpecToJson(City()));
  change(json);
  const Result<EnvironmentSpec> spec = SpecFromJson(json.dump(), "file");
  EXPECT_FALSE(spec.ok());
  EXPECT_EQ(spec.status().code(), StatusCode::kInvalidArgument);
  return spec.status().message();
}

TEST(SpecFromJson, NamesAMissingKey) {
  EXPECT_EQ(Message([](Json& j) { j["observations"][1].erase("shape"); }),
            "file: observations[1]: shape: expected it, found none");
  EXPECT_EQ(Message([](Json& j) { j.erase("action"); }),
            "file: action: expected it, found none");
}

TEST(SpecFromJson, NamesAnUnknownKey) {
  EXPECT_EQ(Message([](Json& j) { j["speed"] = 1; }),
            "file: speed: unknown key");
  EXPECT_EQ(Message([](Json& j) { j["action"]["fields"][0]["low"] = 1; }),
            "file: action: fields[0]: low: unknown key");
}

TEST(SpecFromJson, NamesAValueOfTheWrongType) {
  EXPECT_EQ(Message([](Json& j) { j["name"] = 1; }),
            "file: name: expected a text, found number");
  EXPECT_EQ(Message([](Json& j) { j["seconds_per_step"] = "1"; }),
            "file: seconds_per_step: expected a number, 'inf' or '-inf', found "
            "string");
  EXPECT_EQ(Message([](Json& j) { j["action"]["has_mask"] = 1; }),
            "file: action: has_mask: expected true or false, found number");
  EXPECT_EQ(Message([](Json& j) { j["observations"] = 3; }),
            "file: observations: expected a list");
  EXPECT_EQ(Message([](Json& j) { j["observations"][0] = 3; }),
            "file: observations[0]: expected an object, found number");
  EXPECT_EQ(Message([](Json& j) { j["observations"][0]["shape"] = {1.5}; }),
            "file: observations[0]: shape: expected a whole number, found "
            "number");
  EXPECT_EQ(Message([](Json& j) { j["observations"][0]["kind"] = "sound"; }),
            "file: observations[0]: kind: expected picture, tiles or vector, "
            "found string");
  EXPECT_EQ(Message([](Json& j) { j["action"]["fields"][0]["kind"] = {}; }),
            "file: action: fields[0]: kind: expected discrete or continuous, "
            "found null");
}

TEST(SpecFromJson, RefusesANumberBeyondItsType) {
  EXPECT_EQ(Message([](Json& j) {
              j["action"]["fields"][1]["dimensions"] = ~uint64_t{0};
            }),
            "file: action: fields[1]: dimensions: expected a whole number, "
            "found number");
}

TEST(SpecFromJson, ChecksTheSpec) {
  EXPECT_EQ(Message([](Json& j) { j["observations"][1]["shape"] = {0}; }),
            "file: observation 'view': shape: expected sizes of at least 1, "
            "found [0]");
}

TEST(SpecFromJson, RefusesWhatIsNoJson) {
  for (const std::string text : {"", "{", "nonsense", "\xff", "{}{}"}) {
    EXPECT_EQ(SpecFromJson(text, "file").status().message(),
              "file: expected JSON, found another text");
  }
}

TEST(SpecFromJson, RefusesOtherJson) {
  for (const std::string text : {"null", "[]", "3", "\"x\""}) {
    EXPECT_THAT(SpecFromJson(text, "file").status().message(),
                StartsWith("file: expected an object, found "));
  }
}

TEST(SpecFromJson, SurvivesDepth) {
  const std::string open(1000000, '[');
  const std::string closed = open + std::string(1000000, ']');
  EXPECT_FALSE(SpecFromJson(open, "file").ok());
  EXPECT_FALSE(SpecFromJson(closed, "file").ok());
}

TEST(SpecFromJson, RefusesEveryCut) {
  const std::string text = SpecToJson(City());
  for (size_t size = 0; size < text.size(); ++size) {
    EXPECT_FALSE(SpecFromJson(text.substr(0, size), "file").ok()) << size;
  }
}

// What CompareSpecs says when the city is expected and a changed one found.
template <typename Change>
std::string Difference(Change change) {
  EnvironmentSpec found = City();
  change(found);
  const Status status = CompareSpecs(City(), found);
  EXPECT_EQ(status.ok(), City() == found);
  return status.message();
}

TEST(CompareSpecs, TakesEqualSpecs) {
  EXPECT_EQ(Difference([](EnvironmentSpec&) {}), "");
}

TEST(CompareSpecs, TellsAnotherShape) {
  EXPECT_EQ(
      Difference([](EnvironmentSpec& s) { s.observations[1].shape = {5, 5}; }),
      "observation 'view': shape: expected [3, 3], found [5, 5]");
}

TEST(CompareSpecs, TellsAnotherKind) {
  EXPECT_EQ(Difference([](EnvironmentSpec& s) {
              s.observations[1] = ObservationSpec::Vector("view", {3, 3}, 0, 6);
            }),
            "observation 'view': kind: expected tiles, found vector");
}

TEST(CompareSpecs, TellsAnotherRange) {
  EXPECT_EQ(Difference([](EnvironmentSpec& s) { s.observations[1].high = 7; }),
            "observation 'view': high: expected 6, found 7");
  EXPECT_EQ(Difference([](EnvironmentSpec& s) { s.observations[2].low = -1; }),
            "observation 'pose': low: expected -inf, found -1");
}

TEST(CompareSpecs, TellsAnotherPrivilege) {
  EXPECT_EQ(Difference([](EnvironmentSpec& s) {
              s.observations[2].privileged = false;
            }),
            "observation 'pose': privileged: expected true, found false");
}

TEST(CompareSpecs, TellsAMissingObservation) {
  EXPECT_EQ(Difference([](EnvironmentSpec& s) { s.observations.pop_back(); }),
            "observation 'pose': expected it, found none");
}

TEST(CompareSpecs, TellsANewObservation) {
  EXPECT_EQ(Difference([](EnvironmentSpec& s) {
              s.observations.push_back(ObservationSpec::Tiles("map", {1}, 2));
            }),
            "observation 'map': expected none, found it");
}

TEST(CompareSpecs, TellsAnotherOrder) {
  EXPECT_EQ(Difference([](EnvironmentSpec& s) {
              std::swap(s.observations[0], s.observations[1]);
            }),
            "observation 'view': place in the list: expected 1, found 0");
}

TEST(CompareSpecs, TellsOtherActions) {
  EXPECT_EQ(
      Difference([](EnvironmentSpec& s) { s.action.fields[0].choices = {2}; }),
      "action 'tools': choices: expected [2, 3], found [2]");
  EXPECT_EQ(
      Difference([](EnvironmentSpec& s) { s.action.fields[1].dimensions = 3; }),
      "action 'aim': dimensions: expected 2, found 3");
  EXPECT_EQ(Difference([](EnvironmentSpec& s) { s.action.fields[1].low = -9; }),
            "action 'aim': low: expected -90, found -9");
  EXPECT_EQ(Difference([](EnvironmentSpec& s) { s.action.fields[1].high = 9; }),
            "action 'aim': high: expected 90.5, found 9");
  EXPECT_EQ(Difference([](EnvironmentSpec& s) {
              s.action.fields[0] = ActionField::Continuous("tools", 2, 0, 1);
            }),
            "action 'tools': kind: expected discrete, found continuous");
  EXPECT_EQ(Difference([](EnvironmentSpec& s) { s.action.has_mask = false; }),
            "action: mask: expected true, found false");
}

TEST(CompareSpecs, TellsAnotherPace) {
  EXPECT_EQ(Difference([](EnvironmentSpec& s) { s.seconds_per_step = 0.2; }),
            "seconds_per_step: expected 0.1, found 0.2");
}

TEST(CompareSpecs, TellsAnotherName) {
  EXPECT_EQ(Difference([](EnvironmentSpec& s) { s.name = "grid"; }),
            "environment: name: expected 'city', found 'grid'");
}

}  // namespace
}  // namespace credo
