"""Proves by induction (Yosys) that modules of tables are the same with and without Xilinx' primitives. usage: equal_primitives.py TABLES.sv …"""
import os
import subprocess
import sys

for path in sys.argv[1:]:
    name = os.path.basename(path)[:-len(".sv")]
    script = (f"read_verilog +/xilinx/cells_sim.v; read_verilog -sv -DWEFT_XILINX {path}; rename {name} primitives; hierarchy -top primitives; flatten; "
              f"select -assert-min 1 */lut*; read_verilog -sv {path}; rename {name} shifts; proc; equiv_make shifts primitives equal; hierarchy -top equal; "
              "opt_clean; equiv_simple -seq 5; equiv_induct; equiv_status -assert equal")
    subprocess.run(["yosys", "-q", "-p", script], check=True)
