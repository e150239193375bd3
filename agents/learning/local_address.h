// The address of this machine by which another one reaches it.
#ifndef CREDO_AGENTS_LEARNING_LOCAL_ADDRESS_H_
#define CREDO_AGENTS_LEARNING_LOCAL_ADDRESS_H_

#include <cstdint>
#include <string>

namespace credo {

// Of this machine's addresses, as numbers, the one from which packets to `host`
// would be sent, of IPv4 where there is one. Sends nothing. Empty where nobody
// knows the host or no way leads there.
std::string LocalAddressTowards(const std::string& host, int64_t port);

}  // namespace credo

#endif  // CREDO_AGENTS_LEARNING_LOCAL_ADDRESS_H_
