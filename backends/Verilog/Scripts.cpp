//===- Scripts.cpp - scripts for synthesis tools -------------------------------===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#include "backends/Verilog/Scripts.h"

using namespace weft::verilog;

std::string weft::verilog::vivadoScript(const std::string &top, const std::vector<std::string> &sources) {
  std::string text = "# vivado -mode batch -source scripts/vivado.tcl -tclargs [part]; in the folder of the design.\n"
                     "# Out of context: the streams are not pins.\n"
                     "set part [expr {$argc > 0 ? [lindex $argv 0] : \"xc7a100tcsg324-1\"}]\n"
                     "create_project -in_memory -part $part\n";
  for (const std::string &source : sources)
    text += "read_verilog -sv " + source + "\n";
  text += "set rom [file normalize rom]\n"
          "set clocks [open clock.xdc w]\n"
          "puts $clocks {create_clock -period 10.0 -name clk [get_ports clk]}\n"
          "close $clocks\n"
          "read_xdc -mode out_of_context clock.xdc\n"
          "synth_design -top " +
          top +
          " -part $part -mode out_of_context -verilog_define WEFT_ROM_DIR=\\\"$rom/\\\" -verilog_define SYNTHESIS -verilog_define WEFT_XILINX\n"
          "opt_design\nplace_design\nroute_design\n"
          "report_utilization -file utilization.rpt\nreport_timing_summary -file timing.rpt\n"
          "if {[llength [get_cells -hierarchical -filter {REF_NAME =~ LUT*}]] == 0} { error \"no LUT left: the design was "
          "optimised away\" }\n";
  return text;
}

std::string weft::verilog::quartusScript(const std::string &top, const std::vector<std::string> &sources) {
  std::string text = "# quartus_sh -t scripts/quartus.tcl; in the folder of the design.\n"
                     "load_package flow\nproject_new " +
                     top + " -overwrite\nset_global_assignment -name FAMILY \"Cyclone V\"\n"
                           "set_global_assignment -name TOP_LEVEL_ENTITY " +
                     top + "\n";
  for (const std::string &source : sources)
    text += "set_global_assignment -name SYSTEMVERILOG_FILE " + source + "\n";
  text += "set_global_assignment -name VERILOG_MACRO \"WEFT_ROM_DIR=\\\"[file normalize rom]/\\\"\"\n"
          "set_global_assignment -name VERILOG_MACRO SYNTHESIS\n"
          "execute_module -tool map\nproject_close\n";
  return text;
}

std::string weft::verilog::yosysScript(const std::string &top, const std::vector<std::string> &sources,
                                       const std::string &family, const std::string &stem, bool dsp) {
  // -defer: a ROM module read with its defaults has no image and stops Yosys.
  const bool ice40 = family == "ice40";
  std::string text = std::string("read_verilog -sv -defer -DSYNTHESIS") + (ice40 ? "" : " -DWEFT_XILINX");
  for (const std::string &source : sources)
    text += " " + source;
  text += "\n";
  std::string synth = ice40 ? std::string("synth_ice40 ") + (dsp ? "-dsp " : "") + "-abc9 -top " + top
                            : std::string("synth_xilinx -family xc7 -flatten -noiopad ") + (dsp ? "" : "-nodsp ") + "-top " + top;
  // Memories are still whole cells before they are mapped: what they hold is counted there.
  std::string mapping = ice40 ? "map_ram" : "map_memory";
  text += synth + " -run begin:" + mapping + "\njson -o " + stem + ".memories.json t:$mem_v2\n";
  text += synth + " -run " + mapping + ":\nwrite_json " + stem + ".json\n";
  return text + "tee -q -o " + stem + ".stat.json stat -json\n";
}
