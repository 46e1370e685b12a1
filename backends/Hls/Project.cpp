//===- Project.cpp - the files around a design ---------------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===------------------------------------------------------------------------===//
#include "backends/Hls/Project.h"

#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using llvm::formatv;
using llvm::StringRef;

namespace weft::hls_backend {

std::string manifestText(const Manifest &manifest) {
  auto list = [](const std::vector<frames::Port> &ports) {
    llvm::json::Array array;
    for (const frames::Port &port : ports)
      array.push_back(frames::toJSON(port));
    return array;
  };
  llvm::json::Object object{{"top", manifest.top},
                            {"steps", manifest.steps},
                            {"inputs", list(manifest.inputs)},
                            {"outputs", list(manifest.outputs)},
                            {"taps", list(manifest.taps)}};
  return formatv("{0:2}\n", llvm::json::Value(std::move(object))).str();
}

reference::Result<Manifest> parseManifest(StringRef text) {
  llvm::Expected<llvm::json::Value> value = llvm::json::parse(text);
  if (!value)
    return reference::Error{"interface.json: " + llvm::toString(value.takeError())};
  Manifest manifest;
  llvm::json::Path::Root root("interface.json");
  llvm::json::ObjectMapper map(*value, root);
  if (!map || !map.map("top", manifest.top) || !map.map("steps", manifest.steps) ||
      !map.map("inputs", manifest.inputs) || !map.map("outputs", manifest.outputs) ||
      !map.map("taps", manifest.taps))
    return reference::Error{llvm::toString(root.getError())};
  return manifest;
}

/// One `template` per port, with {0} its name, {1} the bits of its C++ type, {2} of a beat, {3}
/// beats a frame.
static std::string perPort(const char *pattern, const std::vector<frames::Port> &ports) {
  std::string text;
  for (const frames::Port &port : ports)
    text +=
        formatv(pattern, port.name, (port.beatBits() + 7) / 8 * 8, port.beatBits(), port.beats());
  return text;
}

std::string testBenchText(const Manifest &manifest) {
  const char *reader = "  weft::hls::BeatReader<{1}> file_{0}(from + \"/{0}.hex\", {2}, {3});\n"
                       "  weft::hls::Stream<weft::hls::Bits<{1}>> port_{0}(\"{0}\");\n";
  const char *writer = "  weft::hls::BeatWriter<{1}> file_{0}(to + \"/{0}.hex\", {3});\n"
                       "  weft::hls::Stream<weft::hls::Bits<{1}>> port_{0}(\"{0}\");\n";
  const char *feed = "    count(frames, file_{0}.feed(port_{0}, perCall), \"{0}\");\n";
  std::string text = "// C simulation of " + manifest.top + ".\n";
  text += "#include \"" + manifest.top + ".h\"\n";
  text += R"(#include "weft/hls/files.h"
#include "weft/hls/trace.h"

/// All inputs have as many frames.
static void count(int &frames, unsigned got, const char *name) {
  if (frames >= 0 && frames != int(got))
    weft::hls::fileError(name, "has another number of frames than the other inputs");
  frames = int(got);
}

int main(int argc, char **argv) {
  if (argc < 3) {
    std::fprintf(stderr, "usage: %s <folder of inputs> <folder of outputs> [frames per call]\n", argv[0]);
    return 2;
  }
  const std::string from = argv[1], to = argv[2];
  const unsigned perCall = argc > 3 ? unsigned(std::atoi(argv[3])) : 8;
#ifdef WEFT_TRACE
  weft::hls::traceDirectory() = to;
#endif
)";
  text += perPort(reader, manifest.inputs) + perPort(writer, manifest.outputs);
  text += "  for (;;) {\n    int frames = -1;\n" + perPort(feed, manifest.inputs);
  text += "    if (frames <= 0)\n      break;\n    " + manifest.top + "(";
  text += perPort("port_{0}, ", manifest.inputs) + perPort("port_{0}, ", manifest.outputs);
  text += "unsigned(frames));\n";
  text += perPort("    file_{0}.drain(port_{0}, unsigned(frames));\n", manifest.outputs);
  text += "  }\n  return weft::hls::leftoverCount() ? 4 : 0;\n}\n";
  return text;
}

std::string makefileText(const Manifest &manifest) {
  return formatv(R"(# C simulation with any C++14 compiler.
#   make csim                    builds it
#   make run IN=<dir> OUT=<dir>  reads <dir>/<input>.hex, writes <dir>/<output>.hex
#   make run CXXFLAGS='-O2 -DWEFT_TRACE' …  writes each layer's stream as well
# interface.json says what is on the ports.
CXX ?= c++
CXXFLAGS ?= -O2
IN ?= stimulus
OUT ?= results

csim: tb.cpp {0}.cpp {0}.h {0}_weights.h $(wildcard weft/hls/*.h)
	$(CXX) -std=c++14 -Wall -Wextra $(CXXFLAGS) -I. -o $@ tb.cpp {0}.cpp

.PHONY: run clean
run: csim
	mkdir -p $(OUT)
	./csim $(IN) $(OUT)

clean:
	rm -f csim
)",
                 manifest.top)
      .str();
}

std::string tclText(const Manifest &manifest, const HlsOptions &options) {
  return formatv(R"(# vitis_hls -f run_hls.tcl [-tclargs csim csynth cosim export]
# Simulations read stimulus/<input>.hex and write results/<output>.hex in this folder.
set here [file dirname [file normalize [info script]]]
set steps {{}
if {{[info exists argv]} {{
  # Vitis HLS leaves its own arguments in argv.
  foreach step $argv {{ if {{$step in {{csim csynth cosim export}} {{ lappend steps $step } }
}
if {{[llength $steps] == 0} {{ set steps {{csim csynth export} }
set flags "-std=c++14 -I$here"
set arguments "$here/stimulus $here/results"
file mkdir $here/results

open_project -reset {0}_hls
set_top {0}
add_files $here/{0}.cpp -cflags $flags
add_files -tb $here/tb.cpp -cflags $flags
open_solution -reset solution -flow_target vivado
set_part {1}
create_clock -period {2} -name default

if {{"csim" in $steps} {{ csim_design -argv $arguments }
if {{"csynth" in $steps} {{ csynth_design }
if {{"cosim" in $steps} {{ cosim_design -argv $arguments }
if {{"export" in $steps} {{ export_design -format ip_catalog }
exit
)",
                 manifest.top, options.part, options.clockNs)
      .str();
}

} // namespace weft::hls_backend
