"""Exits 1 unless a JSON file holds a greater number than another. usage: greater_number.py FILE KEY FILE KEY"""
import json
import sys

first, second = (json.load(open(path))[key] for path, key in (sys.argv[1:3], sys.argv[3:5]))
if not first > second:
    sys.exit(f"{first} is not greater than {second}")
