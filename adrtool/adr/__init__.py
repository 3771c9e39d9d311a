"""The command `adr`: what users of adr-tools type, answered as adr-tools answers.

It writes and prints what adr-tools does, byte for byte, except where that loses or spoils something: a title may hold
any character, a number names the record of that number and no other, and links are written on both sides or on none.
"""
