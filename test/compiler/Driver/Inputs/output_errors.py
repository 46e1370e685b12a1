"""output_errors.py prediction.json BOUND: layers that were factorized keep the bound on their results, and use some of it."""
import json
import sys

layers = [layer for layer in json.load(open(sys.argv[1]))["layers"] if layer["scheme"] != "dense"]
errors = {layer["name"]: layer["output_error"] for layer in layers}
assert errors, "no layer was factorized"
assert all(0 < error <= float(sys.argv[2]) for error in errors.values()), errors
