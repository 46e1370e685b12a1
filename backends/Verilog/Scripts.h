//===- Scripts.h - scripts for synthesis tools -----------------------------*- C++ -*-===//
// Part of weft, under the Apache License v2.0 with LLVM Exceptions.
//===-------------------------------------------------------------------------===//
#ifndef BACKENDS_VERILOG_SCRIPTS_H
#define BACKENDS_VERILOG_SCRIPTS_H

#include <string>
#include <vector>

namespace weft::verilog {

/// All are run in the folder of the design. `sources` are relative to it.
std::string vivadoScript(const std::string &top, const std::vector<std::string> &sources);
std::string quartusScript(const std::string &top, const std::vector<std::string> &sources);

/// `family` is xc7 or ice40, `dsp` lets multipliers become DSPs; results go to `stem`.json and statistics to `stem`.stat.json.
std::string yosysScript(const std::string &top, const std::vector<std::string> &sources, const std::string &family,
                        const std::string &stem, bool dsp = true);

} // namespace weft::verilog

#endif // BACKENDS_VERILOG_SCRIPTS_H
