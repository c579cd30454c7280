"""Withdrawing: nobody's ids, events or measurements stay once they no longer agree."""
