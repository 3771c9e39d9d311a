"""Records in the formats of other tools, with a word on everything that those cannot hold."""
