// Status and Result<T>: how every expected failure is told.
//
// A failure (a file, a configuration, a name, a checkpoint, a world) is a value
// with a code and a message that says the place, what was expected and what was
// found. Misuse of a C++ call throws instead. Neither allocates on success.
//
//   Result<Model> model = LoadModel(path);
//   if (!model.ok()) return model.status();
//   Use(*model);
#ifndef CREDO_SDK_BASE_STATUS_H_
#define CREDO_SDK_BASE_STATUS_H_

#include <cstdlib>
#include <optional>
#include <string>
#include <utility>

namespace credo {

enum class StatusCode : int {
  kOk = 0,
  kInvalidArgument = 1,    // the caller's input is wrong: configuration, shape
  kNotFound = 2,           // a file, name or part that does not exist
  kFailedPrecondition = 3, // right input at the wrong time
  kDataLoss = 4,           // a file that is damaged or cut short
  kUnavailable = 5,        // the system refused: disk full, no permission
  kInternal = 6,           // a world or part that broke its contract
  kCancelled = 7,          // the user asked to stop
};

// The name of a code: "InvalidArgument".
const char* StatusCodeName(StatusCode code);

class [[nodiscard]] Status {
 public:
  Status() = default;  // ok
  Status(StatusCode code, std::string message)
      : code_(code), message_(std::move(message)) {}

  bool ok() const { return code_ == StatusCode::kOk; }
  StatusCode code() const { return code_; }
  const std::string& message() const { return message_; }

  // The same failure with `place` and ": " before its message.
  Status At(const std::string& place) const {
    return ok() ? *this : Status(code_, place + ": " + message_);
  }

 private:
  StatusCode code_ = StatusCode::kOk;
  std::string message_;
};

inline Status OkStatus() { return Status(); }
Status InvalidArgument(std::string message);
Status NotFound(std::string message);
Status FailedPrecondition(std::string message);
Status DataLoss(std::string message);
Status Unavailable(std::string message);
Status Internal(std::string message);
Status Cancelled(std::string message);

// A T, or the Status that tells why there is none.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : value_(std::move(value)) {}           // NOLINT: implicit
  // An ok status is no reason for a missing value and becomes kInternal, so
  // that no caller takes it for success.
  Result(Status status)                                   // NOLINT: implicit
      : status_(status.ok() ? Internal("a result without value or failure")
                            : std::move(status)) {}

  bool ok() const { return value_.has_value(); }
  const Status& status() const { return status_; }

  // REQUIRES: ok(). Stops the program otherwise.
  T& operator*() & { return Checked(); }
  const T& operator*() const& { return const_cast<Result*>(this)->Checked(); }
  T&& operator*() && { return std::move(Checked()); }
  T* operator->() { return &Checked(); }
  const T* operator->() const { return &const_cast<Result*>(this)->Checked(); }

 private:
  T& Checked() {
    if (!value_) std::abort();
    return *value_;
  }
  Status status_;
  std::optional<T> value_;
};

}  // namespace credo

// Returns from the calling function when `expression` is a failure.
#define CREDO_RETURN_IF_ERROR(expression)              \
  do {                                                 \
    ::credo::Status credo_status_ = (expression);      \
    if (!credo_status_.ok()) return credo_status_;     \
  } while (false)

#define CREDO_CONCAT_INNER_(a, b) a##b
#define CREDO_CONCAT_(a, b) CREDO_CONCAT_INNER_(a, b)

// CREDO_ASSIGN_OR_RETURN(auto x, MakeX()): x is the value, or this returns.
#define CREDO_ASSIGN_OR_RETURN(declaration, expression)                   \
  auto CREDO_CONCAT_(credo_result_, __LINE__) = (expression);             \
  if (!CREDO_CONCAT_(credo_result_, __LINE__).ok())                       \
    return CREDO_CONCAT_(credo_result_, __LINE__).status();               \
  declaration = *std::move(CREDO_CONCAT_(credo_result_, __LINE__))

#endif  // CREDO_SDK_BASE_STATUS_H_
