"""Decision records whose reasons are tested: claims link to evidence, and evidence runs."""

__version__ = "0.1.0"
