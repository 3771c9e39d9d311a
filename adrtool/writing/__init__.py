"""Changes to records: each touches the places that it was asked to change, and no other byte."""
