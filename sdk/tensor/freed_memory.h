// What becomes of the memory of freed tensors.
#ifndef CREDO_SDK_TENSOR_FREED_MEMORY_H_
#define CREDO_SDK_TENSOR_FREED_MEMORY_H_

namespace credo {

// Tells the C library to keep freed memory of any size for the next tensor.
// glibc gives large blocks back to the system when they are freed, and an
// update that makes the same tensors again pays for fresh pages each time: more
// than a third of a run's time. It rules the whole process, so it is for
// programs whose work is training, not for a library inside a host. Without
// effect where the C library is not glibc.
void KeepFreedMemory();

}  // namespace credo

#endif  // CREDO_SDK_TENSOR_FREED_MEMORY_H_
