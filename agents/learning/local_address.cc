#include "agents/learning/local_address.h"

#include <netdb.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>

namespace credo {
namespace {

// The address of the near end, once a socket for packets knows the far one.
std::string NearEnd(const addrinfo& far) {
  const int packets = socket(far.ai_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (packets < 0) return "";
  sockaddr_storage near{};
  socklen_t size = sizeof(near);
  auto* const address = reinterpret_cast<sockaddr*>(&near);
  char text[NI_MAXHOST];
  const bool found =
      connect(packets, far.ai_addr, far.ai_addrlen) == 0 &&
      getsockname(packets, address, &size) == 0 &&
      getnameinfo(address, size, text, sizeof(text), nullptr, 0,
                  NI_NUMERICHOST) == 0;
  close(packets);
  return found ? text : "";
}

std::string Towards(const std::string& host, int64_t port, int family) {
  addrinfo wanted{};
  wanted.ai_family = family;
  wanted.ai_socktype = SOCK_DGRAM;
  addrinfo* list = nullptr;
  if (getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted,
                  &list) != 0) {
    return "";
  }
  const std::unique_ptr<addrinfo, void (*)(addrinfo*)> owned(list,
                                                             freeaddrinfo);
  for (const addrinfo* far = list; far != nullptr; far = far->ai_next) {
    const std::string near = NearEnd(*far);
    if (!near.empty()) return near;
  }
  return "";
}

}  // namespace

std::string LocalAddressTowards(const std::string& host, int64_t port) {
  // All ranks are to choose alike.
  const std::string near = Towards(host, port, AF_INET);
  return near.empty() ? Towards(host, port, AF_INET6) : near;
}

}  // namespace credo
