"""The rhythm of a team: what it learnt, how fast, and what is due."""
