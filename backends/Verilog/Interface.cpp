//===- Interface.cpp - what interface.json says --------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Interface.h"
#include "backends/Verilog/Tools.h"
#include "backends/Verilog/VerilogBackend.h"
#include "passes/Conversion/FlowToRtl/Passes.h"

#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace weft;
using namespace weft::verilog;

namespace {

template <typename Op> llvm::json::Array streamsOf(rtl::ModuleOp top) {
  llvm::json::Array array;
  for (auto op : top.getBody().getOps<Op>()) {
    auto type = cast<flow::StreamType>(op->template getAttrOfType<TypeAttr>(conversion::kTypeAttr).getValue());
    array.push_back(frames::toJSON(frames::portOf(op.getName(), type, op->getDiscardableAttrDictionary())));
  }
  return array;
}

} // namespace

void weft::verilog::printInterface(rtl::ModuleOp top, llvm::raw_ostream &os) {
  llvm::json::Object object{{"top", top.getSymName()},
                            {"inputs", streamsOf<rtl::AxisInOp>(top)},
                            {"outputs", streamsOf<rtl::AxisOutOp>(top)},
                            {"taps", streamsOf<rtl::TapOp>(top)}};
  os << llvm::formatv("{0:2}\n", llvm::json::Value(std::move(object)));
}

llvm::Expected<Interface> weft::verilog::readInterface(StringRef directory) {
  std::string path = (directory + "/interface.json").str();
  auto text = readText(path);
  if (!text)
    return text.takeError();
  auto json = llvm::json::parse(*text);
  if (!json)
    return llvm::createStringError("'%s': %s", path.c_str(), llvm::toString(json.takeError()).c_str());
  Interface interface;
  llvm::json::Path::Root root(path);
  llvm::json::ObjectMapper map(*json, root);
  if (!map || !map.map("top", interface.top) || !map.map("inputs", interface.inputs) ||
      !map.map("outputs", interface.outputs) || !map.map("taps", interface.taps))
    return root.getError();
  return interface;
}
