"""Conversion between dialects: read an agent into a neutral form, write it in another.

``neutral.py`` reads and says what it could not place, ``write.py`` writes and says what the target
cannot say, ``others.py`` knows prompts, commands, rules and memory files. A conversion never
touches its source.
"""
