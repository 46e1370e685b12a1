"""Checks that includes point one way: runtime <- dialects <- passes <- backends <- compiler.

usage: layering.py <root of the repository>
Within the runtime neither MLIR nor LLVM may be included: it ships with compiled models.
"""
import pathlib
import re
import sys

LAYERS = ["runtime", "dialects", "passes", "backends", "compiler"]
INCLUDE = re.compile(r'^\s*#\s*include\s+["<]([^">]+)[">]', re.M)
SUFFIXES = {".h", ".cpp", ".td", ".c", ".inc"}


def violations(root):
    """Yields (file, include) for every include that points the wrong way."""
    for level, layer in enumerate(LAYERS):
        for path in sorted((root / layer).rglob("*")):
            if path.suffix not in SUFFIXES:
                continue
            for include in INCLUDE.findall(path.read_text()):
                head = include.split("/")[0]
                upward = head in LAYERS and LAYERS.index(head) > level
                if upward or layer == "runtime" and head in ("mlir", "llvm", "mlir-c"):
                    yield path.relative_to(root), include


def main():
    found = list(violations(pathlib.Path(sys.argv[1])))
    for path, include in found:
        print(f"{path}: error: includes {include}, which is in a layer above; "
              f"dependencies go {' <- '.join(LAYERS)}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
