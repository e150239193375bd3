"""Writes the ONNX twins of the model file whose ticks are timed.

    tick_onnx.py MODEL ONNX_MODEL INT8_ONNX_MODEL

The second twin has weights of 8 bits, by ONNX Runtime's own quantiser. Runs with
the Python of build/peers, which has the packages onnx and onnxruntime.
"""

import json
import struct
import sys

import numpy
import onnx
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import QuantType, quantize_dynamic


def read_tensors(path):
    """{name: array} of the F32 tensors of a model file."""
    with open(path, "rb") as file:
        (size,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(size))
        data = file.read()
    return {name: numpy.frombuffer(data[slice(*entry["data_offsets"])],
                                   "<f4").reshape(entry["shape"])
            for name, entry in header.items()
            if name != "__metadata__" and entry["dtype"] == "F32"}


def main():
    tensors = read_tensors(sys.argv[1])
    constants, nodes = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(
            numpy.ascontiguousarray(value), name))
        return name

    def node(kind, inputs, output, **attributes):
        nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def linear(name, x, output):
        return node("Gemm", [x, constant(name + ".w", tensors[name + ".weight"]),
                             constant(name + ".b", tensors[name + ".bias"])],
                    output, transB=1)

    x = node("Transpose", ["picture"], "planes", perm=[0, 3, 1, 2])
    x = node("Cast", [x], "intensities", to=TensorProto.FLOAT)
    for i, stride in enumerate((4, 2)):
        name = f"agent.encoder.picture.{i}"
        weight = tensors[name + ".weight"]
        if i == 0:  # saves the peer a pass over the picture
            weight = weight / numpy.float32(255)
        x = node("Conv", [x, constant(name + ".w", weight),
                          constant(name + ".b", tensors[name + ".bias"])],
                 f"convolved.{i}", strides=[stride, stride])
        x = node("Relu", [x], f"plane.{i}")
    x = node("Flatten", [x], "flat")
    x = node("Relu", [linear("agent.encoder.output", x, "encoded")], "encoding")
    x = node("Concat", [x, "before"], "core_input", axis=1)
    axis = constant("axis", numpy.array([0], numpy.int64))
    x = node("Unsqueeze", [x, axis], "sequence")

    core = "agent.core.lstm."
    units = tensors[core + "recurrent"].shape[1]

    def reordered(name):  # from i, f, g, o to ONNX's i, o, f, g
        i, f, g, o = numpy.split(tensors[core + name], 4)
        return numpy.concatenate([i, o, f, g])[None]

    bias = reordered("bias")
    nodes.append(helper.make_node(
        "LSTM",
        [x, constant("W", reordered("input")),
         constant("R", reordered("recurrent")),
         constant("B", numpy.concatenate([bias, 0 * bias], 1)), "", "hidden",
         "cell"],
        ["", "next_hidden", "next_cell"], hidden_size=units))
    hidden = node("Squeeze", ["next_hidden", axis], "hidden_row")
    cell = node("Tanh", [node("Squeeze", ["next_cell", axis], "cell_row")],
                "tanh_cell")
    node("Concat", [hidden, cell], "belief", axis=1)
    linear("agent.policy.0", "belief", "policy")
    linear("agent.value.0", "belief", "value")

    def values(rows, kind=TensorProto.FLOAT):
        return [helper.make_tensor_value_info(name, kind, shape)
                for name, shape in rows.items()]

    before = tensors[core + "input"].shape[1] - len(
        tensors["agent.encoder.output.bias"])
    state = [1, 1, units]
    graph = helper.make_graph(
        nodes, "tick",
        values({"picture": [1, 64, 64, 3]}, TensorProto.UINT8) +
        values({"before": [1, before], "hidden": state, "cell": state}),
        values({"belief": [1, 2 * units],
                "policy": [1, len(tensors["agent.policy.0.bias"])],
                "value": [1, 1], "next_hidden": state, "next_cell": state}),
        constants)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.checker.check_model(model)
    onnx.save(model, sys.argv[2])
    # Its convolutions of 8 bits take three times as long as those of floats.
    quantize_dynamic(sys.argv[2], sys.argv[3], weight_type=QuantType.QUInt8,
                     op_types_to_quantize=["MatMul", "Gemm", "LSTM"])


if __name__ == "__main__":
    main()
