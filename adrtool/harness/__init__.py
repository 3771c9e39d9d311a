"""Files that run inside evidence interpreters: the standard library only, any Python from 3.8."""
