"""Writes ONNX files field by field, so that the benchmarks need no package for it."""

FLOAT, UINT8, INT8, INT32 = 1, 2, 3, 6


def varint(n):
    out = b""
    while True:
        n, low = n >> 7, n & 127
        out += bytes([low | (128 if n else 0)])
        if not n:
            return out


def field(number, value):
    """A protobuf field: an int as varint, bytes or str as length-delimited."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    value = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(value)) + value


def tensor(name, kind, dims, raw):
    """An initializer."""
    return field(5, b"".join(field(1, d) for d in dims) + field(2, kind) + field(8, name) + field(9, raw))


def node(kind, inputs, output):
    return field(1, b"".join(field(1, i) for i in inputs) + field(2, output) + field(4, kind))


def value(number, name, kind, size):
    """An input (11) or output (12) of shape [N, size]."""
    shape = field(1, field(2, "N")) + field(1, field(1, size))
    return field(number, field(1, name) + field(2, field(1, field(1, kind) + field(2, shape))))


def write(path, parts, name):
    """A model of opset 13 whose graph has these fields, in any order."""
    graph = b"".join(parts) + field(2, name)
    with open(path, "wb") as f:
        f.write(field(1, 8) + field(7, graph) + field(8, field(1, "") + field(2, 13)))
