"""Typed claims with proved citations."""
