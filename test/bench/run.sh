#!/bin/sh
# Times weft's native code against onnxruntime: run.sh <build dir> <models dir>. Installs onnxruntime-node into the build dir.
# MODELS lists folders of the models dir, BATCHES the batch sizes (for models that leave dimension 0 open).
set -e
build=$1 models=$2
ort=$build/ort
[ -d "$ort/node_modules" ] || npm install --ignore-scripts --prefix "$ort" onnxruntime-node >/dev/null
library=$(find "$ort" -path '*linux/x64/libonnxruntime.so.1' | head -1)
set --
for model in ${MODELS:-fashion-mnist-mlp-300-100 mnist-mlp-112 fashion-mnist-lenet5 mlperf-tiny-resnet8-fp32}; do
  "$build/bin/weft-cpu-package" "$models/$model/model.onnx" "$model" "$build/bench/$model"
  for batch in ${BATCHES:-1 64}; do
    set -- "$@" "$model" "$models/$model/model.onnx" "$build/bench/$model/cpu/lib$model.so" "weft_$(echo "$model" | tr -c 'A-Za-z0-9\n' _)" "$batch"
  done
done
# int8: onnxruntime's QGemm against the integer network
mkdir -p "$build/bench/int8-mlp"
python3 "$(dirname "$0")/make_int8_mlp.py" "$build/bench/int8-mlp"
"$build/bin/weft-cpu-package" "$build/bench/int8-mlp/model.mlir" int8-mlp "$build/bench/int8-mlp"
for batch in ${BATCHES:-1 64}; do
  set -- "$@" int8-mlp "$build/bench/int8-mlp/model.onnx" "$build/bench/int8-mlp/cpu/libint8-mlp.so" weft_int8_mlp "$batch"
done
taskset -c "${CORE:-1}" "$build/bin/bench-ort" "$library" "$build/bench/results.jsonl" "$@"
