# One suite: IR tests (.mlir), importer tests (.onnxtext), command line tests (.test).
import os

import lit.formats

config.name = "weft"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".onnxtext", ".test"]
config.excludes = ["Inputs", "unit", "bench"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.weft_binary_dir + "/test"
config.environment["PATH"] = os.pathsep.join(
    [config.weft_binary_dir + "/bin", config.llvm_bin, os.environ["PATH"]])
config.substitutions.append(("%root", config.weft_source_dir))
# Debian's own Python: the one whose numpy the setup script installs.
config.substitutions.append(("%python", "/usr/bin/python3"))

# `// REQUIRES: verilator` and so on: a test says what it needs, and is reported as unsupported without it.
import shutil
for tool in ["verilator", "iverilog", "yosys", "nextpnr-ice40", "icepack", "node"]:
    if shutil.which(tool):
        config.available_features.add(tool)
# The peer that test/peers pins: npm ci --ignore-scripts --prefix test/peers
if "node" in config.available_features and os.path.isdir(os.path.join(os.path.dirname(__file__), "peers", "node_modules", "onnxruntime-node")):
    config.available_features.add("onnxruntime")
if os.path.isdir("/usr/share/libonnx-testdata/data"):
    config.available_features.add("onnx-testdata")
# PyTorch, of the Python that tests run.
import subprocess
if subprocess.run(["/usr/bin/python3", "-c", "import importlib.util as u, sys; sys.exit(not u.find_spec('torch'))"]).returncode == 0:
    config.available_features.add("torch")
if os.environ.get("WEFT_NIGHTLY"):
    config.available_features.add("nightly")
