"""Withdrawing: nobody's words, ids, events or measurements stay once they do not agree."""
