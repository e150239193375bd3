// The one precompiled header of files that see LibTorch. Files still include
// what they use; this only makes it cheap.
#include <torch/torch.h>
