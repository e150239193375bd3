#!/usr/bin/env bash
# Prints the folder of a LibTorch 2.15.0 (include/ and lib/), and fills it first
# when it is empty: headers and CPU libraries out of the PyPI wheel, plus the two
# small CUDA libraries that libtorch_cpu.so names as needed. With --cached it
# fills nothing and fails. With --cuda it fetches the half for CUDA as well, some
# 4 GB, which `learner.device: cuda` loads from there: nothing is built again.
set -euo pipefail

cache="${CREDO_CACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/credo}"
target="$cache/libtorch-2.15.0"

wheels=(
  "torch==2.15.0 manylinux_2_28_x86_64 48c2d861134c0b5697c7602cb5ffa68f62a2989fdcd1717e593356f67996ca1e"
  "nvidia-cuda-runtime==13.5.37 manylinux2014_x86_64 df2b79a8852f10d1fef8c848489c49eebb5754051bf870202a862831412b179d"
  "nvidia-cuda-cupti==13.5.25 manylinux_2_25_x86_64 9dcca41c12a734192b14e7128ae116bc9ce1b9da686e2ebf48ae7a4415f76650"
)

# Adds libtorch_cuda.so and what it needs, as the wheel lays them out.
add_cuda() {
  [[ -e "$target/complete_cuda" ]] && return
  local fetched="$target/cuda.new"
  rm -rf "$fetched"
  echo "fetch_libtorch: downloading torch for CUDA" >&2
  python3 -m pip install --quiet --only-binary=:all: --target "$fetched" \
    "torch==2.15.0" >&2
  mv "$fetched"/torch/lib/lib{torch_cuda,torch_cuda_linalg,c10_cuda,torch_nvshmem}.so \
    "$target/torch/lib"
  rm -rf "$target/nvidia"
  mv "$fetched/nvidia" "$target/nvidia"
  rm -rf "$fetched"
  touch "$target/complete_cuda"
}

if [[ "${1:-}" == "--cuda" ]]; then
  "$0" >/dev/null
  add_cuda
fi

if [[ -e "$target/complete" ]]; then
  echo "$target/torch"
  exit 0
fi

if [[ "${1:-}" == "--cached" ]]; then
  echo "fetch_libtorch: there is none in $target" >&2
  exit 1
fi

if [[ "$(uname -sm)" != "Linux x86_64" ]]; then
  echo "fetch_libtorch: no wheel is known for $(uname -sm); set Torch_DIR" >&2
  exit 1
fi

mkdir -p "$cache/wheels"
# One fetch at a time, so that two builds may start together.
exec 9>"$cache/lock"
flock 9
if [[ -e "$target/complete" ]]; then
  echo "$target/torch"
  exit 0
fi

find_wheel() {  # find_wheel SHA256: prints the wheel with this hash
  local file
  for file in "$cache"/wheels/*.whl; do
    [[ -e "$file" ]] || continue
    if [[ "$(sha256sum "$file" | cut -d' ' -f1)" == "$1" ]]; then
      echo "$file"
      return 0
    fi
  done
  return 1
}

rm -rf "$target.new"
mkdir -p "$target.new"
for line in "${wheels[@]}"; do
  read -r package platform hash <<<"$line"
  if ! wheel="$(find_wheel "$hash")"; then
    echo "fetch_libtorch: downloading $package" >&2
    python3 -m pip download --quiet --no-deps --only-binary=:all: \
      --python-version 3.11 --platform "$platform" \
      --dest "$cache/wheels" "$package" >&2
    if ! wheel="$(find_wheel "$hash")"; then
      echo "fetch_libtorch: $package has not the expected SHA-256 $hash" >&2
      exit 1
    fi
  fi
  python3 - "$wheel" "$target.new" <<'PYTHON'
import os, sys, zipfile
wheel, target = sys.argv[1:]
wanted = {"torch/lib/libtorch_cpu.so", "torch/lib/libc10.so",
          "torch/lib/libgomp.so.1", "torch/lib/libgfortran.so.5"}
beside = {"libcudart.so.13", "libcupti.so.13"}
with zipfile.ZipFile(wheel) as archive:
    for name in archive.namelist():
        base = os.path.basename(name)
        if base in beside:
            os.makedirs(f"{target}/torch/lib", exist_ok=True)
            with open(f"{target}/torch/lib/{base}", "wb") as out:
                out.write(archive.read(name))
        elif name in wanted or name.startswith("torch/include/"):
            archive.extract(name, target)
PYTHON
done
for library in libtorch_cpu.so libc10.so libcudart.so.13 libcupti.so.13; do
  if [[ ! -s "$target.new/torch/lib/$library" ]]; then
    echo "fetch_libtorch: $library is missing in the wheels" >&2
    exit 1
  fi
done
touch "$target.new/complete"
rm -rf "$target"
mv "$target.new" "$target"
rm -f "$cache"/wheels/*.whl
echo "$target/torch"
