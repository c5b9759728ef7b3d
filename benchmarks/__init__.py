"""The benchmark harness: cases, instances with hashes, peers, one way to measure them all.

Run by ``kidswear bench``; see README.md beside this file, which the harness writes.
"""
