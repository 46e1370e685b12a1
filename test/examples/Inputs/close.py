#!/usr/bin/env python3
"""close.py found.npy expected.npy tolerance: same shape, and no element differs by more than the tolerance, relative to the
greatest expected magnitude. Exit code 1 otherwise."""
import sys

import numpy as np

found, expected = (np.load(path).astype(np.float64) for path in sys.argv[1:3])
if found.shape != expected.shape:
    sys.exit(f"shapes differ: found {found.shape}, expected {expected.shape}")
worst = np.abs(found - expected).max() / max(1e-30, np.abs(expected).max())
print(f"greatest relative difference {worst:.3g}")
sys.exit(0 if worst <= float(sys.argv[3]) else 1)
