"""Verdicts and records as documents and as text; nothing here reads or runs anything."""
