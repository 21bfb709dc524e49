"""Benchmarks: ratios against smaller counties, floors and peers, all in one run. Read docs/benchmarks.md."""
