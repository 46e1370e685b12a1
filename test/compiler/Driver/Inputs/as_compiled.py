#!/usr/bin/env python3
"""as_compiled.py predicted.json report.json: `weft info --compress` predicted bits, cycles and resources as `weft compile` reported them."""
import json
import sys

predicted, report = (json.load(open(path)) for path in sys.argv[1:3])
compiled = {layer["name"]: layer for layer in report["layers"]}
wrong = []
for layer in predicted["layers"]:
    found, expected = dict(layer["hardware"], bits=layer["weight_bits"]), dict(compiled[layer["name"]]["hardware"], bits=compiled[layer["name"]]["weight_bits"])
    wrong += [f"{layer['name']}: {key} is {expected[key]}, predicted {found[key]}" for key in found if found[key] != expected[key]]
for key, value in predicted["hardware"].items():
    if report["hardware"][key] != value:
        wrong.append(f"{key} is {report['hardware'][key]}, predicted {value}")
sys.exit("\n".join(wrong) or 0)
