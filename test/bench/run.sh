#!/bin/sh
# Times weft's native code against onnxruntime: run.sh <build dir> [models dir]. Build first: ninja weft-cpu-package bench-ort.
# onnxruntime is the one that test/peers pins. MODELS lists folders of the models dir, BATCHES the batch sizes (models that fix
# dimension 0 run once), CORE the processor. Writes <build dir>/bench/results.jsonl.
set -e
here=$(cd "$(dirname "$0")" && pwd)
build=$1 models=${2:-$here/../../examples} peers=$here/../peers
[ -d "$peers/node_modules/onnxruntime-node" ] || npm ci --ignore-scripts --prefix "$peers" >/dev/null
library=$(find "$peers/node_modules" -path '*linux/x64/libonnxruntime.so.1' | head -1)
set --
for model in ${MODELS:-fashion-mnist-mlp-300-100 mnist-mlp-112 fashion-mnist-lenet5 mlperf-tiny-resnet8-fp32}; do
  [ -f "$models/$model/model.onnx" ] || { echo "no $model in $models: left out"; continue; }
  "$build/bin/weft-cpu-package" "$models/$model/model.onnx" "$model" "$build/bench/$model"
  for batch in ${BATCHES:-1 64}; do
    set -- "$@" "$model" "$models/$model/model.onnx" "$build/bench/$model/cpu/lib$model.so" "weft_$(echo "$model" | tr -c 'A-Za-z0-9\n' _)" "$batch"
  done
done
# int8: the same integer network as QDQ, which onnxruntime fuses to QGemm, and in weft's integer form
mkdir -p "$build/bench/int8-mlp"
python3 "$here/make_int8_mlp.py" "$build/bench/int8-mlp"
"$build/bin/weft-cpu-package" "$build/bench/int8-mlp/model.mlir" int8-mlp "$build/bench/int8-mlp"
for batch in ${BATCHES:-1 64}; do
  set -- "$@" int8-mlp "$build/bench/int8-mlp/model.onnx" "$build/bench/int8-mlp/cpu/libint8-mlp.so" weft_int8_mlp "$batch"
done
taskset -c "${CORE:-1}" "$build/bin/bench-ort" "$library" "$build/bench/results.jsonl" "$@"
