"""Loaders of public data sets, read in place from the folder given."""
