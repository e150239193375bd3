// The first pass over a document: every key is known and stands once.
#ifndef CREDO_SDK_CONFIG_KEY_CHECKER_H_
#define CREDO_SDK_CONFIG_KEY_CHECKER_H_

#include "sdk/base/status.h"
#include "sdk/config/node.h"
#include "sdk/model/options.h"

namespace credo {

// Fails at the first unknown or repeated key, or unknown kind, of the document.
Status CheckKeys(Node& root, Options& options);

}  // namespace credo

#endif  // CREDO_SDK_CONFIG_KEY_CHECKER_H_
