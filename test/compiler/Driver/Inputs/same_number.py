"""Exits 1 unless two JSON files hold the same number. usage: same_number.py FILE KEY FILE KEY"""
import json
import sys

first, second = (json.load(open(path))[key] for path, key in (sys.argv[1:3], sys.argv[3:5]))
if first != second:
    sys.exit(f"{first} is not {second}")
