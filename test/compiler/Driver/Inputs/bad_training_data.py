"""Data that cannot train a model of 64 inputs and 10 classes. usage: bad_training_data.py FOLDER"""
import sys

import numpy

folder = sys.argv[1]
x = numpy.zeros((4, 64), "float32")
numpy.savez(folder + "/range.npz", x=x, y=numpy.array([0, 12, 1, 2]))
numpy.savez(folder + "/unlabelled.npz", x=x)
numpy.savez(folder + "/values.npz", x=x, y=numpy.zeros((4, 3), "float32"))
numpy.savez(folder + "/empty.npz", x=x[:0], y=numpy.zeros(0, "int64"))
holes = x.copy()
holes[2, 5] = numpy.nan
numpy.savez(folder + "/nan.npz", x=holes, y=numpy.array([0, 1, 2, 3]))
