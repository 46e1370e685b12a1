"""Flips a bit in the middle of a file. usage: damage.py FILE"""
import sys

data = bytearray(open(sys.argv[1], "rb").read())
data[len(data) // 2] ^= 1
open(sys.argv[1], "wb").write(data)
