"""Whether evidence could have said no: each assertion negated in turn, and the script run as `verify` runs it."""
