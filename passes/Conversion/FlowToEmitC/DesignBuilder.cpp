//===- DesignBuilder.cpp - writes the three files of a design ---------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "passes/Conversion/FlowToEmitC/DesignBuilder.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;

namespace weft::flow_to_emitc {

std::string intType(int64_t bits, bool isSigned) {
  return ("weft::hls::Int<" + Twine(bits) + (isSigned ? ", true>" : ", false>")).str();
}
std::string intType(reference::ElementType type) { return intType(type.bits, type.isSigned); }
std::string elementType(flow::StreamType type) {
  return intType(type.getElementBits(), type.isSigned());
}
std::string beatType(flow::StreamType type) {
  return ("weft::hls::Beat<" + Twine(elementType(type)) + ", " + Twine(type.getLanes()) + ">")
      .str();
}
std::string streamType(flow::StreamType type) {
  return "weft::hls::Stream<" + beatType(type) + ">";
}
std::string portType(flow::StreamType type) {
  int64_t bits = (type.getBeatBits() + 7) / 8 * 8; // AXI4-Stream counts in bytes
  return ("weft::hls::Stream<weft::hls::Bits<" + Twine(bits) + ">>").str();
}

std::string identifierOf(StringRef name) {
  static const llvm::StringSet<> reserved = {
      "alignas", "alignof", "and",       "asm",    "auto",      "bool",     "break",    "case",
      "catch",   "char",    "class",     "const",  "constexpr", "continue", "default",  "delete",
      "do",      "double",  "else",      "enum",   "explicit",  "export",   "extern",   "false",
      "float",   "for",     "friend",    "goto",   "if",        "inline",   "int",      "long",
      "main",    "mutable", "namespace", "new",    "noexcept",  "not",      "nullptr",  "operator",
      "or",      "private", "protected", "public", "register",  "return",   "short",    "signed",
      "sizeof",  "static",  "std",       "struct", "switch",    "template", "this",     "throw",
      "true",    "try",     "typedef",   "typeid", "typename",  "union",    "unsigned", "using",
      "virtual", "void",    "volatile",  "weft",   "while",     "xor",      "frames",   "NULL",
      "EOF",     "assert",  "errno",     "stdin",  "stdout",    "stderr"};
  std::string text;
  for (char c : name) {
    bool ok = llvm::isAlnum(c) || c == '_';
    // Neither a leading underscore nor two in a row: those names are the implementation's.
    if (ok && c != '_')
      text += c;
    else if (!text.empty() && text.back() != '_')
      text += '_';
  }
  while (!text.empty() && text.back() == '_')
    text.pop_back();
  if (text.empty() || llvm::isDigit(text.front()))
    text = "x" + text;
  // The emitter calls its own values v1, v2, …
  bool likeValue = text.size() > 1 && text[0] == 'v' &&
                   llvm::all_of(StringRef(text).drop_front(), llvm::isDigit);
  return reserved.contains(text) || likeValue ? text + "_" : text;
}

std::string DesignBuilder::uniqueName(StringRef name) {
  // A stream's name is a trace file's, of which there are 255 characters; exporters chain names of fused operators.
  constexpr size_t longest = 96;
  std::string base = identifierOf(name);
  if (base.size() > longest)
    base = identifierOf(base.substr(0, longest / 2) + base.substr(base.size() - longest / 2));
  std::string text = base;
  for (int i = 1; !names.insert(text).second; ++i)
    text = base + "_" + std::to_string(i);
  return text;
}

void DesignBuilder::verbatim(const Twine &text) {
  emitc::VerbatimOp::create(body, body.getUnknownLoc(), text.str());
}

void DesignBuilder::romLine(const Twine &text) {
  emitc::VerbatimOp::create(roms, roms.getUnknownLoc(), text.str());
}

Value DesignBuilder::declareStream(Value value, StringRef name, int64_t depth) {
  std::string type = streamType(cast<flow::StreamType>(value.getType()));
  std::string unique = uniqueName(name);
  verbatim(type + " " + unique + "(\"" + unique + "\");");
  verbatim("WEFT_HLS(STREAM variable=" + unique + " depth=" + Twine(depth) + ")");
  Value literal = emitc::LiteralOp::create(body, value.getLoc(),
                                           emitc::OpaqueType::get(body.getContext(), type), unique);
  streams[value] = literal;
  return literal;
}

std::string DesignBuilder::addRom(StringRef name, const Rom &rom, ArrayRef<int64_t> complete,
                                  bool manyPorts) {
  std::string unique = uniqueName(name);
  auto signedness = rom.isSigned ? IntegerType::Signless : IntegerType::Unsigned;
  auto element = IntegerType::get(roms.getContext(), rom.bits, signedness);
  SmallVector<APInt> values;
  values.reserve(rom.values.size());
  for (int64_t v : rom.values)
    values.push_back(APInt(rom.bits, v, rom.isSigned, /*implicitTrunc=*/true));
  auto elements = DenseIntElementsAttr::get(RankedTensorType::get(rom.shape, element), values);
  auto array = emitc::ArrayType::get(rom.shape, element);
  emitc::GlobalOp::create(roms, roms.getUnknownLoc(), unique, array, elements,
                          /*extern_specifier=*/false, /*static_specifier=*/true,
                          /*const_specifier=*/true);
  for (int64_t dim : complete)
    verbatim("WEFT_HLS(ARRAY_RESHAPE variable=" + unique + " type=complete dim=" + Twine(dim) +
             ")");
  if (manyPorts)
    verbatim("WEFT_HLS(BIND_STORAGE variable=" + unique + " type=rom_np)");
  return unique;
}

void DesignBuilder::call(Location loc, StringRef callee, ArrayRef<TemplateArgument> templates,
                         ArrayRef<Argument> arguments) {
  SmallVector<Attribute> args, templateArgs;
  SmallVector<Value> operands;
  auto opaque = [&](StringRef text) { return emitc::OpaqueAttr::get(body.getContext(), text); };
  for (const Argument &argument : arguments) {
    if (const auto *text = std::get_if<std::string>(&argument)) {
      args.push_back(opaque(*text));
      continue;
    }
    args.push_back(body.getIndexAttr(operands.size()));
    operands.push_back(std::get<Value>(argument));
  }
  for (const TemplateArgument &argument : templates) {
    if (const auto *text = std::get_if<std::string>(&argument))
      templateArgs.push_back(opaque(*text));
    else
      templateArgs.push_back(body.getI64IntegerAttr(std::get<int64_t>(argument)));
  }
  emitc::CallOpaqueOp::create(body, loc, TypeRange(), ("weft::hls::" + callee).str(), operands,
                              body.getArrayAttr(args),
                              templateArgs.empty() ? ArrayAttr() : body.getArrayAttr(templateArgs));
}

void DesignBuilder::trace(Value value) {
  auto literal = stream(value).getDefiningOp<emitc::LiteralOp>();
  std::string name = literal.getValue().str();
  verbatim("WEFT_TRACE_STREAM(" + name + ", \"" + name + "\");");
  taps.push_back({name, cast<flow::StreamType>(value.getType()),
                  value.getDefiningOp()->getDiscardableAttrDictionary()});
}

} // namespace weft::flow_to_emitc
