#include "agents/learning/rank_group.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <tuple>

#include "agents/learning/local_address.h"

namespace credo {
namespace {

using testing::HasSubstr;
using Environment = std::map<std::string, std::string>;

Result<RankPlace> PlaceIn(const Environment& environment) {
  return RankPlaceOf([&](const char* name) -> const char* {
    const auto found = environment.find(name);
    return found == environment.end() ? nullptr : found->second.c_str();
  });
}

TEST(RankPlace, IsThatOfWhateverStartedTheProcess) {
  for (const auto& [rank, size, local] :
       {std::tuple("RANK", "WORLD_SIZE", "LOCAL_RANK"),
        std::tuple("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE",
                   "OMPI_COMM_WORLD_LOCAL_RANK"),
        std::tuple("SLURM_PROCID", "SLURM_NTASKS", "SLURM_LOCALID"),
        std::tuple("PMI_RANK", "PMI_SIZE", "MPI_LOCALRANKID")}) {
    Environment environment = {{rank, "2"},
                               {size, "3"},
                               {"MASTER_ADDR", "there"},
                               {"MASTER_PORT", "29500"}};
    EXPECT_EQ(PlaceIn(environment)->local, 2);
    environment[local] = "1";
    const auto place = PlaceIn(environment);
    ASSERT_TRUE(place.ok()) << place.status().message();
    EXPECT_EQ(place->rank, 2);
    EXPECT_EQ(place->local, 1);
    EXPECT_EQ(place->size, 3);
    EXPECT_EQ(place->host, "there");
    EXPECT_EQ(place->port, 29500);
  }
}

TEST(RankPlace, OneAloneNeedsNothing) {
  for (const Environment& environment :
       {Environment{},
        Environment{{"RANK", "0"}, {"WORLD_SIZE", "1"}},
        // An allocation in which nothing was started by srun.
        Environment{{"SLURM_NTASKS", "8"}},
        Environment{{"SLURM_PROCID", "0"}, {"SLURM_NTASKS", "8"}}}) {
    const auto place = PlaceIn(environment);
    ASSERT_TRUE(place.ok()) << place.status().message();
    EXPECT_EQ(place->size, 1);
  }
}

TEST(RankPlace, WhatIsWrongIsNamed) {
  const auto problem = [](const Environment& environment) {
    const auto place = PlaceIn(environment);
    return place.ok() ? "" : place.status().message();
  };
  EXPECT_THAT(problem({{"RANK", "3"}, {"WORLD_SIZE", "3"}}),
              HasSubstr("RANK: expected a whole number from 0 to 2"));
  EXPECT_THAT(problem({{"RANK", "a"}, {"WORLD_SIZE", "3"}}),
              HasSubstr("found 'a'"));
  EXPECT_THAT(problem({{"RANK", "1"}, {"WORLD_SIZE", "3"}}),
              HasSubstr("MASTER_ADDR: expected"));
  EXPECT_THAT(problem({{"RANK", "1"},
                       {"WORLD_SIZE", "3"},
                       {"MASTER_ADDR", "here"},
                       {"MASTER_PORT", "99999"}}),
              HasSubstr("MASTER_PORT"));
}

TEST(LocalAddress, IsThatOfTheWayThere) {
  for (const char* here : {"localhost", "127.0.0.1"}) {
    EXPECT_EQ(LocalAddressTowards(here, 29500), "127.0.0.1");
  }
  EXPECT_EQ(LocalAddressTowards("", 29500), "");
}

}  // namespace
}  // namespace credo
