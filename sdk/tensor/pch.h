// The one precompiled header of files that see LibTorch. Files still include
// what they use; this only makes it cheap. <torch/torch.h> would cost each file
// the templates of all of LibTorch's layers.
#include <torch/types.h>
