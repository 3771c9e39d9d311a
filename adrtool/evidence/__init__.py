"""Evidence: what a script asks for, where it runs, and what happened."""
