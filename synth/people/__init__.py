"""Participants: who spoke, which ids other systems know them by, what they consented to."""
