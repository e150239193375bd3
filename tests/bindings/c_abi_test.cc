// Every way to misuse credo.h gives a status that says what was wrong, and
// nothing changes.

#include <credo/credo.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <functional>
#include <limits>
#include <new>
#include <string>
#include <vector>

#include "tests/support/random_model.h"

namespace credo {
namespace {

using testing::HasSubstr;

// A room with every kind of probe, an LSTM with an addressed memory and a
// simulator.
const std::string& GridModel() {
  static const std::string model = [] {
    OracleOptions options;
    options.spec.name = "grid";
    options.spec.observations = {
        ObservationSpec::Tiles("view", {3, 3}, 4),
        ObservationSpec::Tiles("map", {4, 4}, 3).Privileged(),
        ObservationSpec::Tiles("pose.cell", {1}, 16).Privileged(),
        ObservationSpec::Vector("pose.angle", {1}, -4, 4).Privileged(),
        ObservationSpec::Vector("pose.position", {2}, 0, 4).Privileged()};
    options.spec.action.fields = {ActionField::Discrete("move", 4)};
    options.encoder = {16};
    options.size = 16;
    options.memory.kind = "addressed";
    options.memory.rows = 6;
    options.memory.width = 5;
    options.simulators = {{.size = 8}, {.decoder = "cpc"}};
    options.probes = {{"cells", "map"},
                      {"class", "pose.cell"},
                      {"circular", "pose.angle"},
                      {"real", "pose.position"}};
    return RandomModel(options).Bytes();
  }();
  return model;
}

// Of another world.
const std::string& SmallModel() {
  static const std::string model = RandomModel(AllPartsOptions()[1]).Bytes();
  return model;
}

// An agent and beliefs of two rows in the room of GridModel.
class CAbiTest : public testing::Test {
 protected:
  static constexpr int32_t kRows[] = {0, 1};

  CAbiTest() { Load(GridModel()); }
  ~CAbiTest() override {
    credo_beliefs_destroy(beliefs_, nullptr);
    credo_agent_destroy(agent_, nullptr);
  }

  void Load(const std::string& model) {
    ASSERT_EQ(credo_agent_load_memory(model.data(), model.size(), nullptr,
                                      &agent_, &error_),
              CREDO_OK)
        << error_.message;
    ASSERT_EQ(credo_beliefs_create(agent_, 2, 7, &beliefs_, &error_), CREDO_OK)
        << error_.message;
  }

  credo_status Observe(int32_t row, uint8_t seen = 1) {
    const std::vector<uint8_t> view(9, seen);
    return credo_beliefs_observe(beliefs_, row, "view", view.data(),
                                 view.size(), &error_);
  }
  credo_status Step() {
    return credo_step(agent_, beliefs_, kRows, 2, 0, &error_);
  }
  void ObserveAndStep(uint8_t seen = 1) {
    for (const int32_t row : kRows) ASSERT_EQ(Observe(row, seen), CREDO_OK);
    ASSERT_EQ(Step(), CREDO_OK) << error_.message;
  }
  std::string State(int32_t row = 0) {
    credo_agent_info info = CREDO_INIT(credo_agent_info);
    credo_agent_get_info(agent_, &info, nullptr);
    std::string bytes(static_cast<size_t>(info.state_bytes), '\0');
    EXPECT_EQ(credo_beliefs_save(beliefs_, row, bytes.data(), bytes.size(),
                                 &error_),
              CREDO_OK);
    return bytes;
  }
  std::vector<float> Belief(int32_t row) {
    credo_agent_info info = CREDO_INIT(credo_agent_info);
    credo_agent_get_info(agent_, &info, nullptr);
    std::vector<float> belief(static_cast<size_t>(info.belief));
    EXPECT_EQ(credo_beliefs_belief(beliefs_, row, belief.data(), belief.size(),
                                   &error_),
              CREDO_OK);
    return belief;
  }

  credo_error error_ = CREDO_INIT(credo_error);
  credo_agent* agent_ = nullptr;
  credo_beliefs* beliefs_ = nullptr;
};

// What opening a folder ends in; Windows does not get as far as reading.
#ifdef _WIN32
constexpr char kFolder[] = "/: cannot open";
#else
constexpr char kFolder[] = "/: cannot read";
#endif

// One misuse: what is called, what comes back and what the message must say.
struct Misuse {
  const char* name;
  std::function<credo_status(credo_agent*, credo_beliefs*, credo_error*)> call;
  credo_status status;
  const char* message;
};

float floats[4096];
uint8_t bytes[4096];
const int32_t kFirstRow[] = {0};
const int32_t kTwice[] = {1, 1};
const int32_t kBeyond[] = {2};

std::vector<Misuse> Misuses() {
  using A = credo_agent*;
  using B = credo_beliefs*;
  using E = credo_error*;
  const auto nan = std::numeric_limits<float>::quiet_NaN();
  static credo_agent_info info = CREDO_INIT(credo_agent_info);
  static credo_agent_info small_info = {};
  small_info.size = 8;
  static credo_observation_info seen = CREDO_INIT(credo_observation_info);
  static credo_action_info act = CREDO_INIT(credo_action_info);
  static credo_host half = CREDO_INIT(credo_host);
  half.allocate = [](void*, size_t, size_t) -> void* { return nullptr; };
  static credo_host reserved_host = CREDO_INIT(credo_host);
  reserved_host.reserved = 1;
  static credo_host small_host = {};
  small_host.size = 4;
  const credo_status kWrong = CREDO_INVALID_ARGUMENT;
  return {
      {"load_file_null_path",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_file(nullptr, nullptr, &out, e);
       },
       kWrong, "path: expected an address"},
      {"load_file_null_agent",
       [](A, B, E e) {
         return credo_agent_load_file("x", nullptr, nullptr, e);
       },
       kWrong, "agent: expected an address"},
      {"load_file_missing",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_file("/nowhere/x", nullptr, &out, e);
       },
       CREDO_NOT_FOUND, "/nowhere/x"},
      {"load_file_folder",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_file("/", nullptr, &out, e);
       },
       kWrong, kFolder},
      {"load_memory_null",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_memory(nullptr, 3, nullptr, &out, e);
       },
       kWrong, "bytes"},
      {"load_memory_empty",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_memory("", 0, nullptr, &out, e);
       },
       CREDO_DATA_LOSS, "header"},
      {"load_memory_no_model",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_memory("this is no model", 16, nullptr, &out,
                                        e);
       },
       CREDO_DATA_LOSS, "header"},
      {"load_memory_cut",
       [](A, B, E e) {
         A out = nullptr;
         const std::string& model = GridModel();
         return credo_agent_load_memory(model.data(), model.size() - 5,
                                        nullptr, &out, e);
       },
       CREDO_DATA_LOSS, "cut short"},
      {"host_of_no_size",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_memory("", 0, &small_host, &out, e);
       },
       kWrong, "host.size"},
      {"host_with_half_an_allocator",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_memory("", 0, &half, &out, e);
       },
       kWrong, "allocate and release"},
      {"host_with_something_reserved",
       [](A, B, E e) {
         A out = nullptr;
         return credo_agent_load_memory("", 0, &reserved_host, &out, e);
       },
       kWrong, "host.reserved: expected 0, found 1"},
      {"destroy_with_beliefs",
       [](A a, B, E e) { return credo_agent_destroy(a, e); },
       CREDO_FAILED_PRECONDITION, "beliefs"},
      {"publish_null_agent",
       [](A, B, E e) { return credo_agent_publish_memory(nullptr, "", 0, e); },
       kWrong, "agent"},
      {"publish_null_bytes",
       [](A a, B, E e) {
         return credo_agent_publish_memory(a, nullptr, 0, e);
       },
       kWrong, "bytes"},
      {"publish_missing_file",
       [](A a, B, E e) { return credo_agent_publish_file(a, "/nowhere", e); },
       CREDO_NOT_FOUND, "/nowhere"},
      {"publish_null_path",
       [](A a, B, E e) { return credo_agent_publish_file(a, nullptr, e); },
       kWrong, "path"},
      {"publish_damaged",
       [](A a, B, E e) {
         std::string model = GridModel();
         model[model.size() / 2] ^= 1;
         return credo_agent_publish_memory(a, model.data(), model.size(), e);
       },
       CREDO_DATA_LOSS, "hash"},
      {"publish_another_world",
       [](A a, B, E e) {
         const std::string& model = SmallModel();
         return credo_agent_publish_memory(a, model.data(), model.size(), e);
       },
       kWrong, "expected"},
      {"info_null_agent",
       [](A, B, E e) { return credo_agent_get_info(nullptr, &info, e); },
       kWrong, "agent"},
      {"info_null",
       [](A a, B, E e) { return credo_agent_get_info(a, nullptr, e); }, kWrong,
       "info"},
      {"info_too_small",
       [](A a, B, E e) { return credo_agent_get_info(a, &small_info, e); },
       kWrong, "info.size"},
      {"observation_beyond",
       [](A a, B, E e) { return credo_agent_get_observation(a, 1, &seen, e); },
       kWrong, "index: expected 0 to 0"},
      {"observation_below",
       [](A a, B, E e) { return credo_agent_get_observation(a, -1, &seen, e); },
       kWrong, "index"},
      {"observation_null",
       [](A a, B, E e) {
         return credo_agent_get_observation(a, 0, nullptr, e);
       },
       kWrong, "info"},
      {"action_beyond",
       [](A a, B, E e) { return credo_agent_get_action(a, 1, &act, e); },
       kWrong, "index"},
      {"probe_beyond",
       [](A a, B, E e) { return credo_agent_get_probe(a, 4, &seen, e); },
       kWrong, "index"},
      {"imagined_beyond",
       [](A a, B, E e) {
         return credo_agent_get_imagined(a, nullptr, 1, &seen, e);
       },
       kWrong, "index"},
      {"create_null_agent",
       [](A, B, E e) {
         B out = nullptr;
         return credo_beliefs_create(nullptr, 1, 0, &out, e);
       },
       kWrong, "agent"},
      {"create_null_out",
       [](A a, B, E e) { return credo_beliefs_create(a, 1, 0, nullptr, e); },
       kWrong, "beliefs"},
      {"create_none",
       [](A a, B, E e) {
         B out = nullptr;
         return credo_beliefs_create(a, 0, 0, &out, e);
       },
       kWrong, "rows"},
      {"create_less_than_none",
       [](A a, B, E e) {
         B out = nullptr;
         return credo_beliefs_create(a, -5, 0, &out, e);
       },
       kWrong, "rows"},
      {"create_too_many",
       [](A a, B, E e) {
         B out = nullptr;
         return credo_beliefs_create(a, 1 << 30, 0, &out, e);
       },
       kWrong, "rows"},
      {"observe_null_beliefs",
       [](A, B, E e) {
         return credo_beliefs_observe(nullptr, 0, "view", bytes, 9, e);
       },
       kWrong, "beliefs"},
      {"observe_null_name",
       [](A, B b, E e) {
         return credo_beliefs_observe(b, 0, nullptr, bytes, 9, e);
       },
       kWrong, "name"},
      {"observe_null_data",
       [](A, B b, E e) {
         return credo_beliefs_observe(b, 0, "view", nullptr, 9, e);
       },
       kWrong, "data"},
      {"observe_unknown",
       [](A, B b, E e) {
         return credo_beliefs_observe(b, 0, "veiw", bytes, 9, e);
       },
       CREDO_NOT_FOUND, "'view'"},
      {"observe_privileged",
       [](A, B b, E e) {
         return credo_beliefs_observe(b, 0, "map", bytes, 16, e);
       },
       CREDO_NOT_FOUND, "'map'"},
      {"observe_too_few",
       [](A, B b, E e) {
         return credo_beliefs_observe(b, 0, "view", bytes, 8, e);
       },
       kWrong, "expected 9 bytes"},
      {"observe_too_many",
       [](A, B b, E e) {
         return credo_beliefs_observe(b, 0, "view", bytes, 10, e);
       },
       kWrong, "found 10"},
      {"observe_beyond_range",
       [](A, B b, E e) {
         const uint8_t view[9] = {0, 0, 0, 99};
         return credo_beliefs_observe(b, 0, "view", view, 9, e);
       },
       kWrong, "row 0: observation 'view': tile 3"},
      {"observe_row_beyond",
       [](A, B b, E e) {
         return credo_beliefs_observe(b, 2, "view", bytes, 9, e);
       },
       kWrong, "row: expected 0 to 1"},
      {"observe_row_below",
       [](A, B b, E e) {
         return credo_beliefs_observe(b, -1, "view", bytes, 9, e);
       },
       kWrong, "row"},
      {"mask_of_a_world_without",
       [](A, B b, E e) { return credo_beliefs_mask(b, 0, bytes, 4, e); },
       kWrong, "mask: expected 0"},
      {"mask_null",
       [](A, B b, E e) { return credo_beliefs_mask(b, 0, nullptr, 0, e); },
       kWrong, "legal"},
      {"reward_nan",
       [=](A, B b, E e) { return credo_beliefs_reward(b, 0, nan, e); }, kWrong,
       "reward"},
      {"reward_row",
       [](A, B b, E e) { return credo_beliefs_reward(b, 9, 0, e); }, kWrong,
       "row"},
      {"end_of_no_kind",
       [](A, B b, E e) { return credo_beliefs_end(b, 0, 1, e); }, kWrong,
       "end"},
      {"end_row",
       [](A, B b, E e) { return credo_beliefs_end(b, 7, 2, e); }, kWrong,
       "row"},
      {"reset_row",
       [](A, B b, E e) { return credo_beliefs_reset(b, 7, e); }, kWrong,
       "row: expected 0 to 1, found 7"},
      {"source_of_no_kind",
       [](A, B b, E e) { return credo_beliefs_source(b, 0, 3, e); }, kWrong,
       "source"},
      {"act_of_a_sampled_row",
       [](A, B b, E e) {
         return credo_beliefs_act(b, 0, "move", floats, 1, e);
       },
       CREDO_FAILED_PRECONDITION, "external"},
      {"step_null_agent",
       [](A, B b, E e) { return credo_step(nullptr, b, kFirstRow, 1, 0, e); },
       kWrong, "agent"},
      {"step_null_beliefs",
       [](A a, B, E e) { return credo_step(a, nullptr, kFirstRow, 1, 0, e); },
       kWrong, "beliefs"},
      {"step_null_rows",
       [](A a, B b, E e) { return credo_step(a, b, nullptr, 1, 0, e); },
       kWrong, "rows"},
      {"step_row_beyond",
       [](A a, B b, E e) { return credo_step(a, b, kBeyond, 1, 0, e); },
       kWrong, "row"},
      {"step_without_observation",
       [](A a, B b, E e) { return credo_step(a, b, kFirstRow, 1, 0, e); },
       CREDO_FAILED_PRECONDITION, "observation 'view'"},
      {"step_a_row_twice",
       [](A a, B b, E e) {
         for (int i = 0; i < 2; ++i) {
           credo_beliefs_observe(b, i, "view", bytes, 9, nullptr);
         }
         return credo_step(a, b, kTwice, 2, 0, e);
       },
       kWrong, "twice"},
      {"step_negative_seconds",
       [](A a, B b, E e) { return credo_step(a, b, kFirstRow, 1, -1, e); },
       kWrong, "seconds"},
      {"step_nan_seconds",
       [=](A a, B b, E e) {
         return credo_step(a, b, kFirstRow, 1, std::nan(""), e);
       },
       kWrong, "seconds"},
      {"action_unknown",
       [](A, B b, E e) {
         return credo_beliefs_action(b, 0, "jump", floats, 1, e);
       },
       CREDO_NOT_FOUND, "'move'"},
      {"action_of_wrong_size",
       [](A, B b, E e) {
         return credo_beliefs_action(b, 0, "move", floats, 2, e);
       },
       kWrong, "expected 1 numbers"},
      {"action_null_values",
       [](A, B b, E e) {
         return credo_beliefs_action(b, 0, "move", nullptr, 1, e);
       },
       kWrong, "values"},
      {"action_null_field",
       [](A, B b, E e) {
         return credo_beliefs_action(b, 0, nullptr, floats, 1, e);
       },
       kWrong, "field"},
      {"probabilities_of_wrong_size",
       [](A, B b, E e) {
         return credo_beliefs_probabilities(b, 0, "move", floats, 3, e);
       },
       kWrong, "expected 4 numbers"},
      {"value_null",
       [](A, B b, E e) { return credo_beliefs_value(b, 0, nullptr, e); },
       kWrong, "value"},
      {"belief_of_wrong_size",
       [](A, B b, E e) { return credo_beliefs_belief(b, 0, floats, 3, e); },
       kWrong, "belief: expected 62"},
      {"probe_unknown",
       [](A, B b, E e) {
         return credo_beliefs_probe(b, 0, "view", floats, 1, e);
       },
       CREDO_NOT_FOUND, "'map'"},
      {"probe_of_wrong_size",
       [](A, B b, E e) {
         return credo_beliefs_probe(b, 0, "map", floats, 16, e);
       },
       kWrong, "expected 48"},
      {"task_beyond",
       [](A a, B, E e) {
         credo_task_info task = CREDO_INIT(credo_task_info);
         return credo_agent_get_task(a, 3, &task, e);
       },
       kWrong, "index: expected 0 to 2"},
      {"task_null",
       [](A a, B, E e) { return credo_agent_get_task(a, 0, nullptr, e); },
       kWrong, "info"},
      {"imagined_by_nobody",
       [](A a, B, E e) {
         return credo_agent_get_imagined(a, "auxiliary.7.simcore", 0, &seen,
                                         e);
       },
       CREDO_NOT_FOUND, "task 'auxiliary.7.simcore': expected"},
      {"imagined_by_one_that_draws_nothing",
       [](A a, B, E e) {
         return credo_agent_get_imagined(a, "auxiliary.2.simcore", 0, &seen,
                                         e);
       },
       CREDO_NOT_FOUND, "decoder 'cpc' draws nothing"},
      {"imagine_unknown",
       [](A, B b, E e) {
         return credo_beliefs_imagine(b, 0, nullptr, floats, 1, 1, "map",
                                      floats, 9, e);
       },
       CREDO_NOT_FOUND, "'map'"},
      {"imagine_too_few_actions",
       [](A, B b, E e) {
         return credo_beliefs_imagine(b, 0, nullptr, floats, 1, 2, "view",
                                      floats, 108, e);
       },
       kWrong, "actions: expected 2"},
      {"imagine_too_small_frames",
       [](A, B b, E e) {
         return credo_beliefs_imagine(b, 0, nullptr, floats, 1, 1, "view",
                                      floats, 9, e);
       },
       kWrong, "frames: expected 72"},
      {"imagine_less_than_no_steps",
       [](A, B b, E e) {
         return credo_beliefs_imagine(b, 0, nullptr, floats, 0, -1, "view",
                                      floats, 0, e);
       },
       kWrong, "steps"},
      {"imagine_an_action_beyond",
       [](A, B b, E e) {
         const float jump = 4;
         return credo_beliefs_imagine(b, 0, nullptr, &jump, 1, 1, "view",
                                      floats, 72, e);
       },
       kWrong, "action 'move'"},
      {"imagine_in_no_mode",
       [](A, B b, E e) {
         credo_imagine_options how = CREDO_INIT(credo_imagine_options);
         how.mode = 3;
         return credo_beliefs_imagine(b, 0, &how, floats, 0, 0, "view",
                                      floats, 36, e);
       },
       kWrong, "options.mode: expected 0 to 2, found 3"},
      {"imagine_with_options_of_no_size",
       [](A, B b, E e) {
         credo_imagine_options how = {};
         return credo_beliefs_imagine(b, 0, &how, floats, 0, 0, "view",
                                      floats, 36, e);
       },
       kWrong, "options.size"},
      {"imagine_by_a_loss_that_is_unknown",
       [](A, B b, E e) {
         credo_imagine_options how = CREDO_INIT(credo_imagine_options);
         how.task = "auxiliary.0.other";
         return credo_beliefs_imagine(b, 0, &how, floats, 0, 0, "view",
                                      floats, 36, e);
       },
       CREDO_NOT_FOUND,
       "row 0: imagine: expected a loss that imagines, found "
       "'auxiliary.0.other': losses of kind 'other' are not known here"},
      {"save_to_too_few",
       [](A, B b, E e) { return credo_beliefs_save(b, 0, bytes, 3, e); },
       kWrong, "belief state"},
      {"save_to_null",
       [](A, B b, E e) { return credo_beliefs_save(b, 0, nullptr, 3, e); },
       kWrong, "bytes"},
      {"load_of_nothing",
       [](A, B b, E e) { return credo_beliefs_load(b, 0, bytes, 0, e); },
       CREDO_DATA_LOSS, "belief state"},
      {"load_of_zeros",
       [](A, B b, E e) { return credo_beliefs_load(b, 0, bytes, 4096, e); },
       CREDO_DATA_LOSS, "belief state"},
      {"tap_of_null_beliefs",
       [](A, B, E e) {
         return credo_beliefs_set_tap(nullptr, nullptr, nullptr, e);
       },
       kWrong, "beliefs"},
  };
}

TEST_F(CAbiTest, MisuseIsToldAndChangesNothing) {
  ObserveAndStep();
  const std::string before = State(0) + State(1);
  int64_t cases = 0;
  for (const Misuse& misuse : Misuses()) {
    SCOPED_TRACE(misuse.name);
    credo_error error = CREDO_INIT(credo_error);
    EXPECT_EQ(misuse.call(agent_, beliefs_, &error), misuse.status)
        << error.message;
    EXPECT_EQ(error.status, misuse.status);
    EXPECT_THAT(error.message, HasSubstr(misuse.message));
    // Without an error to fill in as well.
    EXPECT_EQ(misuse.call(agent_, beliefs_, nullptr), misuse.status);
    EXPECT_EQ(State(0) + State(1), before);
    ++cases;
  }
  EXPECT_GE(cases, 60);
}

TEST_F(CAbiTest, NothingCanBeReadBeforeAStep) {
  EXPECT_EQ(credo_beliefs_value(beliefs_, 0, floats, &error_),
            CREDO_FAILED_PRECONDITION);
  EXPECT_EQ(credo_beliefs_action(beliefs_, 0, "move", floats, 1, &error_),
            CREDO_FAILED_PRECONDITION);
  EXPECT_EQ(credo_beliefs_belief(beliefs_, 0, floats, 62, &error_),
            CREDO_FAILED_PRECONDITION);
  EXPECT_THAT(error_.message, HasSubstr("row 0"));
}

TEST_F(CAbiTest, AFirstRecordCannotBeTheLast) {
  EXPECT_EQ(credo_beliefs_end(beliefs_, 0, CREDO_TERMINAL, &error_),
            CREDO_FAILED_PRECONDITION);
}

TEST_F(CAbiTest, AnotherAgentIsRefused) {
  credo_agent* other = nullptr;
  ASSERT_EQ(credo_agent_load_memory(GridModel().data(), GridModel().size(),
                                    nullptr, &other, nullptr),
            CREDO_OK);
  ASSERT_EQ(Observe(0), CREDO_OK);
  EXPECT_EQ(credo_step(other, beliefs_, kRows, 1, 0, &error_),
            CREDO_INVALID_ARGUMENT);
  EXPECT_EQ(credo_agent_destroy(other, nullptr), CREDO_OK);
}

TEST_F(CAbiTest, NullHandlesAreDestroyed) {
  EXPECT_EQ(credo_agent_destroy(nullptr, nullptr), CREDO_OK);
  EXPECT_EQ(credo_beliefs_destroy(nullptr, nullptr), CREDO_OK);
}

TEST_F(CAbiTest, ALongMessageIsCut) {
  struct {
    credo_error error = CREDO_INIT(credo_error);
    char guard = 'g';
  } it;
  it.error.size = 20;
  EXPECT_EQ(credo_beliefs_value(nullptr, 0, floats, &it.error),
            CREDO_INVALID_ARGUMENT);
  EXPECT_LE(std::strlen(it.error.message), 11u);
  EXPECT_EQ(it.guard, 'g');
}

TEST_F(CAbiTest, AWorldsOwnSpecIsChecked) {
  credo_observation_info seen = CREDO_INIT(credo_observation_info);
  credo_action_info action = CREDO_INIT(credo_action_info);
  ASSERT_EQ(credo_agent_get_observation(agent_, 0, &seen, nullptr), CREDO_OK);
  ASSERT_EQ(credo_agent_get_action(agent_, 0, &action, nullptr), CREDO_OK);
  EXPECT_EQ(credo_agent_check_spec(agent_, &seen, 1, &action, 1, &error_),
            CREDO_OK);
  const auto refused = [&](const char* message) {
    EXPECT_EQ(credo_agent_check_spec(agent_, &seen, 1, &action, 1, &error_),
              CREDO_INVALID_ARGUMENT);
    EXPECT_THAT(error_.message, HasSubstr(message));
  };
  seen.shape[0] = 5;
  refused("observation 'view'");
  seen.shape[0] = 3;
  seen.high = 7;
  refused("observation 'view'");
  seen.high = 3;
  action.choices = 3;
  refused("action 'move'");
  action.choices = 4;
  action.name = "jump";
  refused("action 'jump'");
  action.name = "move";
  EXPECT_EQ(credo_agent_check_spec(agent_, &seen, 0, &action, 1, &error_),
            CREDO_INVALID_ARGUMENT);
  EXPECT_EQ(credo_agent_check_spec(agent_, &seen, 1, &action, 0, &error_),
            CREDO_INVALID_ARGUMENT);
}

// Two fields, of which the host has one twice.
TEST(CAbiSpec, AFieldStandsForOne) {
  credo_agent* agent = nullptr;
  ASSERT_EQ(credo_agent_load_memory(SmallModel().data(), SmallModel().size(),
                                    nullptr, &agent, nullptr),
            CREDO_OK);
  std::vector<credo_observation_info> seen(3);
  for (int32_t i = 0; i < 3; ++i) {
    seen[i].size = sizeof seen[i];
    credo_agent_get_observation(agent, i, &seen[i], nullptr);
  }
  std::vector<credo_action_info> done(2);
  for (credo_action_info& field : done) {
    field.size = sizeof field;
    credo_agent_get_action(agent, 0, &field, nullptr);
  }
  credo_error error = CREDO_INIT(credo_error);
  EXPECT_EQ(credo_agent_check_spec(agent, seen.data(), 3, done.data(), 2,
                                   &error),
            CREDO_INVALID_ARGUMENT);
  EXPECT_STREQ(error.message,
               "action 'move': expected it once, found it twice");
  credo_agent_get_action(agent, 1, &done[1], nullptr);
  const int64_t factors[] = {2, 3};
  EXPECT_EQ(done[0].factors[0], 3);
  EXPECT_EQ(done[0].factors[1], 2);
  EXPECT_EQ(done[1].factors, nullptr);
  done[0].factors = factors;
  EXPECT_EQ(credo_agent_check_spec(agent, seen.data(), 3, done.data(), 2,
                                   &error),
            CREDO_INVALID_ARGUMENT);
  EXPECT_STREQ(error.message, "action 'move': expected factors of [3, 2] "
                              "choices, found [2, 3]");
  done[0].factors = nullptr;
  for (const char* name : {"speed", "map"}) {
    std::vector<credo_observation_info> wrong = seen;
    wrong[0].name = name;
    EXPECT_EQ(credo_agent_check_spec(agent, wrong.data(), 3, done.data(), 2,
                                     &error),
              CREDO_INVALID_ARGUMENT);
    EXPECT_THAT(error.message,
                HasSubstr(std::string("observation '") + name + "': expected"));
  }
  done[1].high = 31;
  EXPECT_EQ(credo_agent_check_spec(agent, seen.data(), 3, done.data(), 2,
                                   &error),
            CREDO_INVALID_ARGUMENT);
  EXPECT_STREQ(error.message, "action 'turn': expected bounds [-10, 30], found "
                              "[-10, 31]");
  done[1].high = 30;
  EXPECT_EQ(credo_agent_check_spec(agent, seen.data(), 3, done.data(), 2,
                                   &error),
            CREDO_OK);
  credo_agent_destroy(agent, nullptr);
}

TEST_F(CAbiTest, TellsWhichTasksImagine) {
  credo_agent_info info = CREDO_INIT(credo_agent_info);
  credo_agent_get_info(agent_, &info, nullptr);
  EXPECT_EQ(info.imagined, 1);
  ASSERT_EQ(info.tasks, 3);
  credo_task_info task = CREDO_INIT(credo_task_info);
  ASSERT_EQ(credo_agent_get_task(agent_, 1, &task, &error_), CREDO_OK);
  EXPECT_STREQ(task.name, "auxiliary.1.simcore");
  EXPECT_EQ(task.imagined, 1);
  EXPECT_EQ(task.reason, nullptr);
  ASSERT_EQ(credo_agent_get_task(agent_, 2, &task, &error_), CREDO_OK);
  EXPECT_EQ(task.imagined, 0);
  EXPECT_STREQ(task.reason, "decoder 'cpc' draws nothing");
  credo_observation_info view = CREDO_INIT(credo_observation_info);
  ASSERT_EQ(credo_agent_get_imagined(agent_, "auxiliary.1.simcore", 0, &view,
                                     &error_),
            CREDO_OK);
  EXPECT_STREQ(view.name, "view");
  EXPECT_EQ(view.numbers, 36);
}

TEST_F(CAbiTest, ASavedStateGoesOnBitForBit) {
  for (int i = 0; i < 50; ++i) ObserveAndStep(static_cast<uint8_t>(i % 4));
  const std::string saved = State(0);
  credo_beliefs* other = nullptr;
  ASSERT_EQ(credo_beliefs_create(agent_, 5, 99, &other, nullptr), CREDO_OK);
  ASSERT_EQ(credo_beliefs_load(other, 3, saved.data(), saved.size(), &error_),
            CREDO_OK)
      << error_.message;
  const int32_t third[] = {3};
  std::vector<float> belief(62);
  for (int i = 0; i < 100; ++i) {
    ObserveAndStep(static_cast<uint8_t>(i * 7 % 4));
    const std::vector<uint8_t> view(9, static_cast<uint8_t>(i * 7 % 4));
    credo_beliefs_observe(other, 3, "view", view.data(), 9, nullptr);
    ASSERT_EQ(credo_step(agent_, other, third, 1, 0, &error_), CREDO_OK);
    ASSERT_EQ(credo_beliefs_belief(other, 3, belief.data(), 62, nullptr),
              CREDO_OK);
    ASSERT_EQ(belief, Belief(0));
    float here = 0;
    float there = 0;
    credo_beliefs_action(beliefs_, 0, "move", &here, 1, nullptr);
    credo_beliefs_action(other, 3, "move", &there, 1, nullptr);
    ASSERT_EQ(here, there);
  }
  credo_beliefs_destroy(other, nullptr);
}

TEST_F(CAbiTest, AStateWithAFlippedBitIsRefused) {
  ObserveAndStep();
  const std::string saved = State(0);
  for (size_t i = 0; i < saved.size(); ++i) {
    std::string damaged = saved;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    ASSERT_NE(credo_beliefs_load(beliefs_, 0, damaged.data(), damaged.size(),
                                 &error_),
              CREDO_OK)
        << "byte " << i;
  }
  EXPECT_EQ(State(0), saved);
}

TEST_F(CAbiTest, ExternalRowsAreTheHosts) {
  ASSERT_EQ(credo_beliefs_source(beliefs_, 0, CREDO_EXTERNAL, &error_),
            CREDO_OK);
  ObserveAndStep();
  for (const int32_t row : kRows) ASSERT_EQ(Observe(row), CREDO_OK);
  EXPECT_EQ(Step(), CREDO_FAILED_PRECONDITION);
  EXPECT_THAT(error_.message, HasSubstr("action 'move'"));
  const float wrong = 4;
  EXPECT_EQ(credo_beliefs_act(beliefs_, 0, "move", &wrong, 1, &error_),
            CREDO_INVALID_ARGUMENT);
  const float move = 2;
  EXPECT_EQ(credo_beliefs_act(beliefs_, 0, "move", &move, 1, &error_),
            CREDO_OK);
  EXPECT_EQ(Step(), CREDO_OK) << error_.message;
}

// --- The tap ---

struct Tapped {
  std::vector<int32_t> rows;
  std::vector<int32_t> kinds;
  credo_status inner = CREDO_OK;
  credo_beliefs* beliefs = nullptr;
};

TEST_F(CAbiTest, TheTapSeesFinishedRecordsAndCannotCallBack) {
  Tapped tapped;
  tapped.beliefs = beliefs_;
  credo_beliefs_set_tap(
      beliefs_,
      [](void* user, const credo_record* record) {
        auto& it = *static_cast<Tapped*>(user);
        it.rows.push_back(record->row);
        it.kinds.push_back(record->kind);
        EXPECT_EQ(record->belief_numbers, 62);
        EXPECT_EQ(static_cast<const uint8_t*>(record->observations[0])[8], 1);
        float value = 0;
        it.inner = credo_beliefs_value(it.beliefs, 0, &value, nullptr);
      },
      &tapped, nullptr);
  ObserveAndStep();
  EXPECT_EQ(tapped.inner, CREDO_FAILED_PRECONDITION);
  for (const int32_t row : kRows) ASSERT_EQ(Observe(row), CREDO_OK);
  ASSERT_EQ(credo_beliefs_end(beliefs_, 1, CREDO_TRUNCATED, &error_),
            CREDO_OK);
  ASSERT_EQ(Step(), CREDO_OK);
  ObserveAndStep();
  EXPECT_THAT(tapped.rows, testing::ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_THAT(tapped.kinds, testing::ElementsAre(0, 0, 1, 3, 1, 0));
}

// --- Many rows at once ---

TEST_F(CAbiTest, ManyRowsAreThoseOneByOne) {
  int32_t view = -1, move = -1;
  ASSERT_EQ(credo_agent_find_observation(agent_, "view", &view, &error_),
            CREDO_OK);
  ASSERT_EQ(credo_agent_find_action(agent_, "move", &move, &error_),
            CREDO_OK);
  EXPECT_EQ(credo_agent_find_action(agent_, "mood", &move, &error_),
            CREDO_NOT_FOUND);
  // Two views that lie 12 bytes apart.
  uint8_t seen[21] = {};
  std::fill_n(seen, 9, uint8_t{1});
  std::fill_n(seen + 12, 9, uint8_t{2});
  const int32_t turned[2] = {1, 0};
  const float rewards[2] = {0.5f, -0.5f};
  for (int t = 0; t < 3; ++t) {
    ASSERT_EQ(credo_beliefs_observe_rows(beliefs_, turned, 2, view, seen, 12,
                                         &error_),
              CREDO_OK)
        << error_.message;
    ASSERT_EQ(
        credo_beliefs_reward_rows(beliefs_, turned, 2, rewards, &error_),
        CREDO_OK);
    ASSERT_EQ(Step(), CREDO_OK);
  }
  const std::string many = State(0) + State(1);
  std::vector<float> beliefs(2 * 62);
  ASSERT_EQ(credo_beliefs_belief_rows(beliefs_, turned, 2, beliefs.data(),
                                      beliefs.size(), &error_),
            CREDO_OK);
  EXPECT_EQ(std::vector<float>(beliefs.begin(), beliefs.begin() + 62),
            Belief(1));
  float values[2], moves[2], value = 0, one = 0;
  ASSERT_EQ(credo_beliefs_value_rows(beliefs_, turned, 2, values, &error_),
            CREDO_OK);
  ASSERT_EQ(credo_beliefs_action_rows(beliefs_, turned, 2, move, moves, 2,
                                      &error_),
            CREDO_OK);
  for (int i = 0; i < 2; ++i) {
    credo_beliefs_value(beliefs_, turned[i], &value, &error_);
    credo_beliefs_action(beliefs_, turned[i], "move", &one, 1, &error_);
    EXPECT_EQ(values[i], value);
    EXPECT_EQ(moves[i], one);
  }

  credo_beliefs_destroy(beliefs_, nullptr);
  ASSERT_EQ(credo_beliefs_create(agent_, 2, 7, &beliefs_, &error_), CREDO_OK);
  for (int t = 0; t < 3; ++t) {
    ASSERT_EQ(Observe(1, 1), CREDO_OK);
    ASSERT_EQ(Observe(0, 2), CREDO_OK);
    credo_beliefs_reward(beliefs_, 1, 0.5f, &error_);
    credo_beliefs_reward(beliefs_, 0, -0.5f, &error_);
    ASSERT_EQ(Step(), CREDO_OK);
  }
  EXPECT_EQ(State(0) + State(1), many);
}

TEST_F(CAbiTest, WhenOneRowIsRefusedNoneIsTaken) {
  ObserveAndStep();
  uint8_t seen[18] = {};
  seen[17] = 99;  // no such tile, in the second row
  EXPECT_EQ(credo_beliefs_observe_rows(beliefs_, kRows, 2, 0, seen, 9,
                                       &error_),
            CREDO_INVALID_ARGUMENT);
  EXPECT_THAT(error_.message, HasSubstr("row 1"));
  // Not even the first one, which was fine.
  EXPECT_EQ(Step(), CREDO_FAILED_PRECONDITION);
  EXPECT_THAT(error_.message, HasSubstr("row 0"));
  EXPECT_EQ(credo_beliefs_observe_rows(beliefs_, kRows, 2, 0, seen, 8,
                                       &error_),
            CREDO_INVALID_ARGUMENT);
  EXPECT_THAT(error_.message, HasSubstr("stride"));
  EXPECT_EQ(credo_beliefs_observe_rows(beliefs_, kRows, 2, 5, seen, 9,
                                       &error_),
            CREDO_INVALID_ARGUMENT);
  const int32_t ends[2] = {0, 7};
  EXPECT_EQ(credo_beliefs_end_rows(beliefs_, kRows, 2, ends, &error_),
            CREDO_INVALID_ARGUMENT);
  const int32_t beyond[2] = {0, 2};
  float values[2];
  EXPECT_EQ(credo_beliefs_value_rows(beliefs_, beyond, 2, values, &error_),
            CREDO_INVALID_ARGUMENT);
  EXPECT_THAT(error_.message, HasSubstr("rows[1]"));
}

TEST_F(CAbiTest, TheTapTellsWhatFollowsAndWhenItEnds) {
  struct Heard {
    std::vector<int32_t> continues;
    int64_t state_bytes = 0;
    int ends = 0;
  } heard;
  const auto tap = [](void* user, const credo_record* record) {
    auto& it = *static_cast<Heard*>(user);
    if (record->row != 0) return;
    it.continues.push_back(record->continues);
    it.state_bytes = record->state_bytes;
  };
  EXPECT_EQ(credo_beliefs_on_tap_end(beliefs_, nullptr, &error_),
            CREDO_FAILED_PRECONDITION);
  ObserveAndStep();
  credo_beliefs_set_tap(beliefs_, tap, &heard, nullptr);
  ASSERT_EQ(credo_beliefs_on_tap_end(
                beliefs_,
                [](void* user) { ++static_cast<Heard*>(user)->ends; },
                &error_),
            CREDO_OK);
  ObserveAndStep();  // in the middle of an episode
  ObserveAndStep();
  const std::string state = State(0);
  ASSERT_EQ(credo_beliefs_load(beliefs_, 0, state.data(), state.size(),
                               &error_),
            CREDO_OK);
  ObserveAndStep();
  ObserveAndStep();
  ASSERT_EQ(credo_beliefs_reset(beliefs_, 0, &error_), CREDO_OK);
  ObserveAndStep();
  EXPECT_THAT(heard.continues, testing::ElementsAre(0, 1, 0, 1, 0));
  EXPECT_GT(heard.state_bytes, 0);
  EXPECT_EQ(heard.ends, 0);
  credo_beliefs_set_tap(beliefs_, nullptr, nullptr, nullptr);
  EXPECT_EQ(heard.ends, 1);
  EXPECT_EQ(credo_beliefs_count(beliefs_), 2);
  EXPECT_EQ(credo_beliefs_count(nullptr), 0);
}

// --- The host ---

TEST(CAbiHost, IsToldOfAnotherDecisionRateOncePerRow) {
  std::vector<std::string> told;
  credo_host host = CREDO_INIT(credo_host);
  host.log = [](void* user, const char* message) {
    static_cast<std::vector<std::string>*>(user)->emplace_back(message);
  };
  host.log_user = &told;
  credo_agent* agent = nullptr;
  credo_beliefs* beliefs = nullptr;
  ASSERT_EQ(credo_agent_load_memory(GridModel().data(), GridModel().size(),
                                    &host, &agent, nullptr),
            CREDO_OK);
  ASSERT_EQ(credo_beliefs_create(agent, 1, 0, &beliefs, nullptr), CREDO_OK);
  for (const double seconds : {1.0, 0.0, 0.5, 0.5, 2.0}) {
    credo_beliefs_observe(beliefs, 0, "view", bytes, 9, nullptr);
    ASSERT_EQ(credo_step(agent, beliefs, kFirstRow, 1, seconds, nullptr),
              CREDO_OK);
  }
  ASSERT_EQ(told.size(), 1u);
  EXPECT_THAT(told[0], HasSubstr("0.5"));
  credo_beliefs_destroy(beliefs, nullptr);
  credo_agent_destroy(agent, nullptr);
}

// Blocks that are out, and how many more may be taken.
struct Counting {
  static constexpr size_t kAlignment = 64;

  int64_t out = 0;
  int64_t taken = 0;
  int64_t left = std::numeric_limits<int64_t>::max();

  credo_host Host() {
    credo_host host = CREDO_INIT(credo_host);
    host.allocate = [](void* user, size_t size, size_t alignment) -> void* {
      auto& it = *static_cast<Counting*>(user);
      if (it.left-- <= 0) return nullptr;
      ++it.out;
      ++it.taken;
      EXPECT_LE(alignment, kAlignment);
      return ::operator new(size, std::align_val_t(kAlignment));
    };
    host.release = [](void* user, void* block) {
      --static_cast<Counting*>(user)->out;
      ::operator delete(block, std::align_val_t(kAlignment));
    };
    host.allocator_user = this;
    return host;
  }
};

TEST(CAbiHost, WithoutMemoryIsToldAtEveryCall) {
  int64_t failures = 0;
  for (int64_t allowed = 0;; ++allowed) {
    Counting counting;
    counting.left = allowed;
    const credo_host host = counting.Host();
    credo_agent* agent = nullptr;
    credo_beliefs* beliefs = nullptr;
    credo_error error = CREDO_INIT(credo_error);
    credo_status status = credo_agent_load_memory(
        GridModel().data(), GridModel().size(), &host, &agent, &error);
    if (status == CREDO_OK) {
      status = credo_beliefs_create(agent, 3, 0, &beliefs, &error);
    }
    credo_beliefs_destroy(beliefs, nullptr);
    EXPECT_EQ(credo_agent_destroy(agent, nullptr), CREDO_OK);
    EXPECT_EQ(counting.out, 0);
    if (status == CREDO_OK) break;
    ++failures;
    ASSERT_EQ(status, CREDO_UNAVAILABLE);
    EXPECT_THAT(error.message, HasSubstr("out of memory"));
  }
  EXPECT_GT(failures, 20);
}

TEST(CAbiHost, GetsAllMemoryBack) {
  Counting counting;
  const credo_host host = counting.Host();
  for (int i = 0; i < 100; ++i) {
    credo_agent* agent = nullptr;
    credo_beliefs* beliefs = nullptr;
    ASSERT_EQ(credo_agent_load_memory(GridModel().data(), GridModel().size(),
                                      &host, &agent, nullptr),
              CREDO_OK);
    ASSERT_EQ(credo_beliefs_create(agent, 3, 0, &beliefs, nullptr), CREDO_OK);
    ASSERT_EQ(credo_agent_publish_memory(agent, GridModel().data(),
                                         GridModel().size(), nullptr),
              CREDO_OK);
    credo_beliefs_destroy(beliefs, nullptr);
    credo_agent_destroy(agent, nullptr);
    ASSERT_EQ(counting.out, 0);
  }
}

}  // namespace
}  // namespace credo
