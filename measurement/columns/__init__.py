"""The fast path of judging: the clocks of many plain records at once, by arrays instead of objects.

It gives row for row what the measures give (tests compare them), or leaves a record to them: whatever is not
certainly plain goes the general way.
"""
