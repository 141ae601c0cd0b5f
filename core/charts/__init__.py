"""Charts as server-rendered SVG: geometry in Python, drawing in templates, colours in CSS classes.

No script, no inline style (the content security policy refuses both), every chart beside its table.
"""
