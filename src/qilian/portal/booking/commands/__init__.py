"""What can be done with a path: the only code that writes its rows. A page, the interface and a clerk call the same.

Each command checks that the row is the actor's, fires the moves of the one table, and records them. A clerk of a
window acts for a firm by ``on_behalf`` (client and reference of the mandate), which the window has checked; without it
a window may change nothing. Commands that book take ``key``, an idempotency key of the actor's own.
"""
