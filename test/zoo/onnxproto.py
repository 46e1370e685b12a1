"""Reads what a test needs of ONNX files, with numpy alone: inputs and outputs of models, and tensors."""
import numpy as np

TYPES = {1: "<f4", 2: "|u1", 3: "|i1", 4: "<u2", 5: "<i2", 6: "<i4", 7: "<i8", 9: "|b1", 10: "<f2", 11: "<f8", 12: "<u4", 13: "<u8"}
# Typed fields of TensorProto: field number of the data, and how it is stored there.
FIELDS = {4: "<f4", 5: "varint", 7: "varint", 10: "<f8", 11: "varint"}


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        shift += 7
        if byte < 128:
            return value, at


def fields(data):
    """The fields of a message: (number, int or bytes)."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = 8 if kind == 1 else 4
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def signed(value):
    return value - (1 << 64) if value >> 63 else value


def integers(value):
    """A repeated integer field: one value, or many packed."""
    if isinstance(value, int):
        return [signed(value)]
    result, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        result.append(signed(number))
    return result


def tensor(data):
    """(name, array) of a TensorProto. ValueError where numpy has no such type."""
    dims, kind, name, raw, values = [], 0, "", None, []
    for number, value in fields(data):
        if number == 1:
            dims += integers(value)
        elif number == 2:
            kind = value
        elif number == 8:
            name = value.decode()
        elif number == 9:
            raw = value
        elif number in FIELDS:
            if FIELDS[number] == "varint":
                values += integers(value)
            else:
                values += np.frombuffer(value, FIELDS[number]).tolist()
    if kind not in TYPES:
        raise ValueError(f"element type {kind}")
    if raw is not None:
        return name, np.frombuffer(raw, TYPES[kind]).reshape(dims)
    if kind == 10:  # half floats are kept as their bits
        return name, np.array(values, "<u2").view("<f2").reshape(dims)
    return name, np.array(values, TYPES[kind]).reshape(dims)


def value_info(data):
    """(name, numpy type or None, dimensions: numbers and names) of a ValueInfoProto."""
    name, kind, dims = "", None, []
    for number, value in fields(data):
        if number == 1:
            name = value.decode()
        elif number == 2:
            for tensor_type in (v for n, v in fields(value) if n == 1):
                for n, v in fields(tensor_type):
                    if n == 1:
                        kind = TYPES.get(v)
                    elif n == 2:
                        dims = [dimension(d) for m, d in fields(v) if m == 1]
    return name, kind, dims


def dimension(data):
    for number, value in fields(data):
        if number == 1 and signed(value) > 0:
            return signed(value)
        if number == 2:
            return value.decode()
    return ""


def ports(path):
    """The inputs that need values, and the outputs, of a model: lists as of `value_info`."""
    with open(path, "rb") as file:
        graph = next(value for number, value in fields(file.read()) if number == 7)
    inputs, outputs, initializers = [], [], set()
    for number, value in fields(graph):
        if number == 5:
            initializers.add(next((v.decode() for n, v in fields(value) if n == 8), ""))
        elif number == 11:
            inputs.append(value_info(value))
        elif number == 12:
            outputs.append(value_info(value))
    return [i for i in inputs if i[0] not in initializers], outputs


def operators(path):
    """How often each operator occurs in the main graph: {"Conv": 3, "com.microsoft::QLinearAdd": 1}."""
    with open(path, "rb") as file:
        graph = next(value for number, value in fields(file.read()) if number == 7)
    counts = {}
    for node in (value for number, value in fields(graph) if number == 1):
        parts = {number: value for number, value in fields(node) if number in (4, 7)}
        domain = parts.get(7, b"").decode()
        name = (domain + "::" if domain and domain != "ai.onnx" else "") + parts[4].decode()
        counts[name] = counts.get(name, 0) + 1
    return counts
