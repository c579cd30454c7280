"""Turns into chunks: passages with exact offsets."""
