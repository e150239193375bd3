// Machines for ranks to run on, as network namespaces of this one: each has an
// address of its own and a cable to all others that can be cut.
#ifndef CREDO_TESTS_TOOLS_RANK_NETWORK_H_
#define CREDO_TESTS_TOOLS_RANK_NETWORK_H_

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/command.h"
#include "tests/support/temporary_folder.h"

namespace credo {

class RankNetwork {
 public:
  explicit RankNetwork(int machines) : machines_(machines) {
    const std::string script =
        "set -e\n"
        "ip link set lo up\n"
        "ip link add switch type bridge\n"
        "ip link set switch up\n"
        "for i in $(seq 0 " + std::to_string(machines - 1) + "); do\n"
        "  unshare -n sleep 100000 & p=$!\n"
        "  echo $p >> " + folder_.path() + "/processes\n"
        "  until [ \"$(readlink /proc/$p/ns/net)\" != \\\n"
        "          \"$(readlink /proc/$$/ns/net)\" ]; do sleep 0.01; done\n"
        "  ip link add cable$i type veth peer name eth0 netns $p\n"
        "  ip link set cable$i master switch up\n"
        "  nsenter -t $p -n sh -ec \"ip link set lo up\n"
        "    ip addr add 10.0.0.$((i + 1))/24 dev eth0\n"
        "    ip link set eth0 up\"\n"
        "done\n"
        "touch " + folder_.path() + "/ready\n"
        "exec sleep 100000\n";
    if (!std::filesystem::exists("/usr/bin/unshare")) return;
    switch_ = std::make_unique<Command>(std::vector<std::string>{
        "/usr/bin/unshare", "--map-root-user", "--net", "/bin/sh", "-c",
        script});
    works_ = switch_->RunUntil(
        [&] { return std::filesystem::exists(folder_ / "ready"); });
    std::ifstream list(folder_ / "processes");
    for (pid_t one = 0; list >> one;) processes_.push_back(one);
  }
  ~RankNetwork() {
    for (const pid_t process : processes_) kill(process, SIGKILL);
  }

  // False where this system lets nobody make networks.
  bool works() const { return works_; }

  // A command as that of rank number `machine`, on this machine.
  std::vector<std::string> On(int machine,
                              const std::vector<std::string>& command) const {
    std::vector<std::string> words = Within(processes_[machine]);
    words.insert(words.end(),
                 {"/usr/bin/env", "RANK=" + std::to_string(machine),
                  "WORLD_SIZE=" + std::to_string(machines_),
                  "MASTER_ADDR=10.0.0.1", "MASTER_PORT=29500"});
    words.insert(words.end(), command.begin(), command.end());
    return words;
  }

  void Cut(int machine) const { SetCable(machine, "down"); }
  void Mend(int machine) const { SetCable(machine, "up"); }

 private:
  static std::vector<std::string> Within(pid_t process) {
    return {"/usr/bin/nsenter", "--target",  std::to_string(process),
            "--user",           "--net",     "--preserve-credentials"};
  }
  void SetCable(int machine, const std::string& state) const {
    std::vector<std::string> words = Within(switch_->process());
    words.insert(words.end(), {"/usr/bin/env", "ip", "link", "set",
                               "cable" + std::to_string(machine), state});
    const Ended ended = RunToEnd(words);
    EXPECT_EQ(ended.exit_code, 0) << ended.err;
  }

  const int machines_;
  const TemporaryFolder folder_;
  std::unique_ptr<Command> switch_;
  std::vector<pid_t> processes_;
  bool works_ = false;
};

}  // namespace credo

#endif  // CREDO_TESTS_TOOLS_RANK_NETWORK_H_
