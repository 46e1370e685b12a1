//===- TopPrinter.cpp - a netlist as text --------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/VerilogBackend.h"

#include "llvm/ADT/TypeSwitch.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace weft;
using namespace weft::verilog;

namespace {

int64_t widthOf(Value stream) { return cast<rtl::StreamType>(stream.getType()).getWidth(); }

class TopPrinter {
public:
  TopPrinter(rtl::ModuleOp top, llvm::raw_ostream &os) : top(top), os(os) {}
  void print();

private:
  void ports();
  void wires();
  void parameter(NamedAttribute parameter);
  void instance(rtl::InstanceOp op);
  void streams(StringRef prefix, ValueRange values, bool packed);
  void axis(StringRef module, Operation *op, StringRef name, int64_t frame, Value stream, bool in);
  StringRef nameOf(Value stream) { return names[stream]; }

  rtl::ModuleOp top;
  llvm::raw_ostream &os;
  llvm::DenseMap<Value, std::string> names;
  std::vector<Value> order;
};

std::string axisPorts(StringRef direction, StringRef prefix, int64_t bits, bool in) {
  std::string text;
  llvm::raw_string_ostream os(text);
  StringRef there = in ? "input  wire" : "output wire", back = in ? "output wire" : "input  wire";
  os << "    " << there << " [" << (bits + 7) / 8 * 8 - 1 << ":0] " << prefix << "_tdata,\n";
  os << "    " << there << " " << prefix << "_tvalid,\n";
  os << "    " << back << " " << prefix << "_tready,\n";
  os << "    " << there << " " << prefix << "_tlast,\n";
  return text;
}

void TopPrinter::ports() {
  os << "module " << top.getSymName() << " (\n    input  wire clk,\n    input  wire rst,\n";
  for (Operation &op : top.getBody().front()) {
    if (auto in = dyn_cast<rtl::AxisInOp>(op))
      os << axisPorts("input", ("s_axis_" + in.getName()).str(), widthOf(in.getResult()), true);
    if (auto out = dyn_cast<rtl::AxisOutOp>(op))
      os << axisPorts("output", ("m_axis_" + out.getName()).str(), widthOf(out.getInput()), false);
  }
  os << "    output wire frame_error\n);\n";
}

void TopPrinter::wires() {
  for (Operation &op : top.getBody().front())
    for (auto [index, result] : llvm::enumerate(op.getResults())) {
      std::string name = isa<rtl::AxisInOp>(op) ? ("in_" + cast<rtl::AxisInOp>(op).getName()).str()
                                                : cast<rtl::InstanceOp>(op).getName().str();
      if (op.getNumResults() > 1)
        name += "_" + std::to_string(index);
      names[result] = "x_" + name;
      os << "  wire [" << widthOf(result) - 1 << ":0] x_" << name << "_data;\n";
      os << "  wire x_" << name << "_valid, x_" << name << "_ready;\n";
    }
}

/// A value of any integer parameter: plain where 32 bits hold it.
void printInteger(llvm::raw_ostream &os, int64_t value) {
  if (value == static_cast<int32_t>(value) && value != INT32_MIN)
    os << value;
  else
    os << (value < 0 ? "-64'sd" : "64'sd") << (value < 0 ? 0 - static_cast<uint64_t>(value) : static_cast<uint64_t>(value));
}

void TopPrinter::parameter(NamedAttribute parameter) {
  os << "." << parameter.getName().getValue() << "(";
  llvm::TypeSwitch<Attribute>(parameter.getValue())
      .Case([&](IntegerAttr value) { printInteger(os, value.getInt()); })
      .Case([&](StringAttr value) { os << "\"" << value.getValue() << "\""; })
      .Case([&](FlatSymbolRefAttr rom) { os << "{`WEFT_ROM_DIR, \"" << rom.getValue() << ".hex\"}"; })
      // Of several memories what their names have in common: the module adds four digits and ".hex".
      .Case([&](ArrayAttr roms) { os << "{`WEFT_ROM_DIR, \"" << cast<FlatSymbolRefAttr>(roms[0]).getValue().drop_back(4) << "\"}"; })
      .Case([&](DenseI64ArrayAttr values) {
        os << "{";
        for (size_t i = values.size(); i-- > 0;)
          os << "32'd" << values[i] << (i > 0 ? ", " : "");
        os << "}";
      });
  os << ")";
}

/// `.s_data(…), .s_valid(…), .s_ready(…)`; several streams are concatenated, stream 0 lowest.
void TopPrinter::streams(StringRef prefix, ValueRange values, bool packed) {
  for (StringRef signal : {"data", "valid", "ready"}) {
    os << ",\n      ." << prefix << "_" << signal << "(";
    if (packed)
      os << "{";
    for (size_t i = values.size(); i-- > 0;)
      os << nameOf(values[i]) << "_" << signal << (i > 0 ? ", " : "");
    os << (packed ? "})" : ")");
  }
}

void TopPrinter::instance(rtl::InstanceOp op) {
  os << "  " << op.getModule() << (op.getParameters().empty() ? "" : " #(");
  bool first = true;
  for (NamedAttribute entry : op.getParameters()) {
    os << (first ? "\n      " : ",\n      ");
    parameter(entry);
    first = false;
  }
  os << (op.getParameters().empty() ? " " : "\n  ) ") << op.getName() << " (\n      .clk(clk), .rst(rst)";
  auto connect = [&](ArrayAttr ports, ValueRange values) {
    if (ports.size() == 1)
      return streams(cast<StringAttr>(ports[0]).getValue(), values, values.size() > 1);
    for (auto [port, value] : llvm::zip(ports, values))
      streams(cast<StringAttr>(port).getValue(), value, false);
  };
  connect(op.getInputPorts(), op.getInputs());
  connect(op.getOutputPorts(), op.getOutputs());
  os << ");\n\n";
}

void TopPrinter::axis(StringRef module, Operation *op, StringRef name, int64_t frame, Value stream, bool in) {
  StringRef outer = in ? "s_axis" : "m_axis", inner = in ? "m" : "s";
  os << "  " << module << " #(.W(" << widthOf(stream) << "), .FRAME(" << frame << ")) axis_" << name << " (\n"
     << "      .clk(clk), .rst(rst)";
  for (StringRef signal : {"tdata", "tvalid", "tready", "tlast"})
    os << ",\n      ." << outer << "_" << signal << "(" << outer << "_" << name << "_" << signal << ")";
  for (StringRef signal : {"data", "valid", "ready"})
    os << ",\n      ." << inner << "_" << signal << "(" << nameOf(stream) << "_" << signal << ")";
  if (in)
    os << ",\n      .frame_error(error_" << name << ")";
  os << ");\n\n";
}

void TopPrinter::print() {
  os << "// Generated by weft. Thin over the library in lib/: instances and wires only.\n"
     << "// One sample per frame; interface.json says which tensor element is where on a stream.\n"
     << "`ifndef WEFT_ROM_DIR\n`define WEFT_ROM_DIR \"rom/\"\n`endif\n`default_nettype none\n";
  ports();
  wires();
  std::string errors;
  for (auto in : top.getBody().getOps<rtl::AxisInOp>()) {
    os << "  wire error_" << in.getName() << ";\n";
    errors += (errors.empty() ? "error_" : " | error_") + in.getName().str();
  }
  os << "  assign frame_error = " << errors << ";\n\n";
  for (Operation &op : top.getBody().front()) {
    if (auto in = dyn_cast<rtl::AxisInOp>(op))
      axis("weft_axis_in", in, in.getName(), in.getFrame(), in.getResult(), true);
    else if (auto out = dyn_cast<rtl::AxisOutOp>(op))
      axis("weft_axis_out", out, out.getName(), out.getFrame(), out.getInput(), false);
    else if (auto made = dyn_cast<rtl::InstanceOp>(op))
      instance(made);
    else if (auto tap = dyn_cast<rtl::TapOp>(op))
      os << "  weft_tap #(.W(" << widthOf(tap.getInput()) << "), .NAME(\"" << tap.getName() << "\")) " << tap.getName()
         << " (\n      .clk(clk), .rst(rst), .data(" << nameOf(tap.getInput()) << "_data), .valid("
         << nameOf(tap.getInput()) << "_valid), .ready(" << nameOf(tap.getInput()) << "_ready));\n\n";
  }
  os << "endmodule\n`default_nettype wire\n";
}

} // namespace

LogicalResult weft::verilog::printTop(rtl::ModuleOp top, llvm::raw_ostream &os) {
  if (top.getBody().getOps<rtl::AxisInOp>().empty() || top.getBody().getOps<rtl::AxisOutOp>().empty())
    return top.emitOpError("expected at least one stream in and one out");
  TopPrinter(top, os).print();
  return success();
}

void weft::verilog::printRom(rtl::RomOp rom, llvm::raw_ostream &os) {
  auto resource = cast<DenseResourceElementsAttr>(rom.getData());
  ArrayRef<char> bytes = resource.getRawHandle().getBlob()->getData();
  int64_t perWord = (static_cast<int64_t>(rom.getWidth()) + 7) / 8;
  int64_t digits = (static_cast<int64_t>(rom.getWidth()) + 3) / 4;
  for (int64_t word = 0; word < rom.getWords(); ++word) {
    const char *at = bytes.data() + word * perWord;
    for (int64_t digit = digits; digit-- > 0;)
      os << "0123456789abcdef"[static_cast<uint8_t>(at[digit / 2]) >> (digit % 2 * 4) & 15];
    os << "\n";
  }
}

void weft::verilog::printBench(rtl::ModuleOp top, llvm::raw_ostream &os) {
  std::string done, errors, ports, instances;
  llvm::raw_string_ostream wires(instances);
  auto axis = [&](StringRef name, int64_t bits, int64_t frame, bool in) {
    int64_t width = (bits + 7) / 8 * 8;
    std::string prefix = (in ? "s_axis_" : "m_axis_") + name.str();
    wires << "  wire [" << width - 1 << ":0] " << prefix << "_tdata;\n  wire " << prefix << "_tvalid, " << prefix
          << "_tready, " << prefix << "_tlast;\n";
    for (StringRef signal : {"_tdata", "_tvalid", "_tready", "_tlast"})
      ports += ", ." + prefix + signal.str() + "(" + prefix + signal.str() + ")";
    wires << "  " << (in ? "weft_bench_source" : "weft_bench_sink") << " #(.W(" << width << "), .FRAME(" << frame
          << "), .NAME(\"" << name << "\")) bench_" << name << " (.clk(clk), .rst(rst), .cycle(cycle), .tdata(" << prefix
          << "_tdata), .tvalid(" << prefix << "_tvalid), .tready(" << prefix << "_tready), .tlast(" << prefix << "_tlast)";
    if (in) {
      wires << ");\n";
      return;
    }
    wires << ", .done(done_" << name << "), .errors(errors_" << name << "));\n";
    done += " && done_" + name.str();
    errors += " + errors_" + name.str();
  };
  std::string declared;
  for (Operation &op : top.getBody().front()) {
    if (auto in = dyn_cast<rtl::AxisInOp>(op))
      axis(in.getName(), widthOf(in.getResult()), in.getFrame(), true);
    if (auto out = dyn_cast<rtl::AxisOutOp>(op)) {
      declared += "  wire done_" + out.getName().str() + ";\n  wire [31:0] errors_" + out.getName().str() + ";\n";
      axis(out.getName(), widthOf(out.getInput()), out.getFrame(), false);
    }
  }
  os << "// Generated by weft. Plusargs: dir (vectors), frames, stall (seed, 0: never), limit (cycles without a result).\n"
     << "module weft_bench (input wire clk);\n"
     << "  reg rst = 1'b1, ended = 1'b0;\n  reg [63:0] cycle = 0, drain = 0;\n  integer limit, frames;\n  wire frame_error;\n"
     << declared << instances << "  " << top.getSymName() << " dut (.clk(clk), .rst(rst)" << ports
     << ", .frame_error(frame_error));\n"
     << "  initial if ($value$plusargs(\"limit=%d\", limit) == 0) limit = 1000000000;\n"
     << "  initial if ($value$plusargs(\"frames=%d\", frames) == 0) frames = 1;\n"
     << "  // A trace is complete only when layers have also given what no output needed, e.g. rows that a stride skips.\n"
     << "  wire [63:0] tail = $test$plusargs(\"weft_trace\") ? 2 * cycle / frames + 1000 : 0;\n"
     << "  always @(posedge clk) begin\n"
     << "    cycle <= cycle + 1;\n"
     << "    if (cycle == 4) rst <= 1'b0;\n"
     << "    if (cycle > limit && !ended) $fatal(1, \"no result after %0d cycles\", cycle);\n"
     << "    if (!rst && !ended" << done << ") begin\n"
     << "      ended <= 1'b1;\n      drain <= cycle + tail;\n"
     << "      $display(\"{\\\"event\\\": \\\"done\\\", \\\"cycles\\\": %0d, \\\"errors\\\": %0d, \\\"frame_error\\\": %0d}\", cycle, 0"
     << errors << ", frame_error);\n"
     << "    end\n    if (ended && cycle >= drain) $finish;\n  end\nendmodule\n";
}
