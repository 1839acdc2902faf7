"""The instances, one small file per kind. A new one is an entry in a file, or a new file named in `benchmarks.registry`."""
