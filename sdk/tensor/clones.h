// CREDO_CLONES before a function: the compiler makes one version for each of
// the named instruction sets and the right one is chosen when the program
// loads. Sanitizers cannot stand that mechanism, so there it does nothing.
#ifndef CREDO_SDK_TENSOR_CLONES_H_
#define CREDO_SDK_TENSOR_CLONES_H_

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && \
    !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define CREDO_CLONES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CREDO_CLONES
#endif

#endif  // CREDO_SDK_TENSOR_CLONES_H_
