"""Lint parameters and synthesis checks."""


def lint_args(module):
    return []


def jobs():
    return []


def run(job, root):
    return None
