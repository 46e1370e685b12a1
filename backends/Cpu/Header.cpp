//===- Header.cpp - the C face of a compiled network -----------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Cpu/Header.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace weft::cpu;

std::string weft::cpu::cIdentifier(llvm::StringRef name) {
  std::string result;
  for (char c : name)
    result += llvm::isAlnum(c) ? c : '_';
  return result;
}

static std::string cType(const TensorSpec &spec) {
  if (spec.type.isFloat())
    return spec.elementBytes() == 8 ? "double" : "float";
  return (spec.type.isSigned ? "int" : "uint") + std::to_string(spec.elementBytes() * 8) + "_t";
}

static int64_t elements(const TensorSpec &spec) {
  int64_t count = 1;
  for (int64_t d : spec.shape)
    count *= d;
  return count;
}

static std::string describe(const TensorSpec &spec) {
  std::string text = spec.name + ": " + spec.type.name() + " [";
  for (size_t i = 0; i < spec.shape.size(); ++i)
    text += (i ? ", " : "") + std::to_string(spec.shape[i]);
  return text + "] as " + cType(spec) + ", row-major";
}

/// The entry point that takes how many planes of each layer count.
static void declarePlanes(llvm::raw_ostream &os, const EntryPoint &entry) {
  std::string upper = llvm::StringRef(entry.prefix).upper();
  os << "\n/* The same with the upper planes[i] bit planes of layer i alone, 2 to what it has; 0: all. Fewer planes take less time and are less exact.\n";
  for (size_t i = 0; i < entry.planes.size(); ++i) {
    std::string layer = entry.planes[i].layer;
    for (size_t at; (at = layer.find("*/")) != std::string::npos;)
      layer.replace(at, 2, "*_");
    os << "   " << i << ": " << layer << ", " << entry.planes[i].planes << " planes\n";
  }
  os << "*/\n#define " << upper << "_PLANE_LAYERS " << entry.planes.size() << "\nint " << entry.prefix
     << "_run_planes(const void *const *inputs, void *const *outputs, int64_t n, void *workspace, const int32_t *planes);\n";
}

static void declare(llvm::raw_ostream &os, const EntryPoint &entry) {
  std::string upper = llvm::StringRef(entry.prefix).upper();
  auto sizes = [&](const std::vector<TensorSpec> &specs, const char *what) {
    for (size_t i = 0; i < specs.size(); ++i)
      os << "#define " << upper << "_" << what << i << "_SIZE " << elements(specs[i]) << " /* " << describe(specs[i]) << " */\n";
  };
  os << "\n/* Elements of one sample. */\n";
  sizes(entry.inputs, "INPUT");
  sizes(entry.outputs, "OUTPUT");
  os << "\n/* Bytes of workspace a call needs; align it to 64 bytes. Calls with different workspaces may overlap in time. */\n"
     << "#define " << upper << "_WORKSPACE_SIZE " << entry.workspaceBytes << "\n"
     << "int64_t " << entry.prefix << "_workspace_size(void);\n"
     << "\n/* Runs n samples; samples lie one after the other. Buffers must not overlap. Returns 0. */\n"
     << "int " << entry.prefix << "_run(const void *const *inputs, void *const *outputs, int64_t n, void *workspace);\n";
  if (entry.threads > 1)
    os << "\n/* Runs on up to " << entry.threads << " threads of OpenMP's pool; the same on up to `threads` of them. Outputs are the same for any number. */\n"
       << "#define " << upper << "_THREADS " << entry.threads << "\nint " << entry.prefix
       << "_run_threads(const void *const *inputs, void *const *outputs, int64_t n, void *workspace, int32_t threads);\n";
  if (!entry.planes.empty())
    declarePlanes(os, entry);
  os << "\nstatic inline int " << entry.prefix << "(";
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    os << "const " << cType(entry.inputs[i]) << " *input" << i << ", ";
  for (size_t i = 0; i < entry.outputs.size(); ++i)
    os << cType(entry.outputs[i]) << " *output" << i << ", ";
  os << "int64_t n, void *workspace) {\n  const void *const inputs[] = {";
  for (size_t i = 0; i < entry.inputs.size(); ++i)
    os << (i ? ", " : "") << "input" << i;
  os << "};\n  void *const outputs[] = {";
  for (size_t i = 0; i < entry.outputs.size(); ++i)
    os << (i ? ", " : "") << "output" << i;
  os << "};\n  return " << entry.prefix << "_run(inputs, outputs, n, workspace);\n}\n";
}

std::string weft::cpu::headerText(llvm::StringRef name, const std::vector<EntryPoint> &entries, llvm::StringRef cpu) {
  std::string text, guard = "WEFT_" + llvm::StringRef(cIdentifier(name)).upper() + "_H";
  llvm::raw_string_ostream os(text);
  os << "/* " << name << ".h - a network compiled by weft for the processor \"" << cpu << "\". Link " << name << ".o or lib" << name
     << ".so; " << (entries.front().threads > 1 ? "besides, OpenMP's runtime (-fopenmp)" : "no other library") << " is needed. */\n#ifndef " << guard << "\n#define " << guard
     << "\n\n#include <stdint.h>\n\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n";
  for (const EntryPoint &entry : entries)
    declare(os, entry);
  os << "\n#ifdef __cplusplus\n}\n#endif\n\n#endif /* " << guard << " */\n";
  return text;
}

std::string weft::cpu::exampleText(llvm::StringRef name, const EntryPoint &entry) {
  std::string text, upper = llvm::StringRef(entry.prefix).upper();
  llvm::raw_string_ostream os(text);
  os << "/* Runs one sample of zeros. Build: cc main.c " << name << (entry.threads > 1 ? ".o -fopenmp" : ".o") << " */\n#include \"" << name
     << ".h\"\n#include <stdio.h>\n#include <stdlib.h>\n\nint main(void) {\n";
  std::string args;
  for (size_t i = 0; i < entry.inputs.size(); ++i) {
    os << "  static " << cType(entry.inputs[i]) << " input" << i << "[" << upper << "_INPUT" << i << "_SIZE];\n";
    args += "input" + std::to_string(i) + ", ";
  }
  for (size_t i = 0; i < entry.outputs.size(); ++i) {
    os << "  static " << cType(entry.outputs[i]) << " output" << i << "[" << upper << "_OUTPUT" << i << "_SIZE];\n";
    args += "output" + std::to_string(i) + ", ";
  }
  os << "  void *workspace = aligned_alloc(64, (" << upper << "_WORKSPACE_SIZE + 64) / 64 * 64);\n"
     << "  if (!workspace || " << entry.prefix << "(" << args << "1, workspace) != 0)\n    return 1;\n";
  for (size_t i = 0; i < entry.outputs.size(); ++i)
    os << "  for (int i = 0; i < " << upper << "_OUTPUT" << i << "_SIZE; ++i)\n    printf(\"%s[%d] = %g\\n\", \""
       << entry.outputs[i].name << "\", i, (double)output" << i << "[i]);\n";
  os << "  free(workspace);\n  return 0;\n}\n";
  return text;
}
