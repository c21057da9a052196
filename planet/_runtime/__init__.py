"""The seam: everything in which blocking and asynchronous code differ in meaning, not in spelling.

`_async.py` and `_sync.py` hold the same names with the same contracts, written by hand, to be read side by side.
The coloured code imports them as `from .._runtime._async import …`; the generator's ordinary rename
`_async` → `_sync` switches the import, so that nothing else in the package knows which colour it runs in.
"""
