"""Code that stands in documents, run as a notebook runs it: with `await` where it likes."""

import ast
import asyncio
import contextlib
import inspect


def run(code, where, names, client=contextlib.nullcontext):
    """Run *code* with *names*; if it awaits anything, in an event loop and with the names of an asynchronous *client*."""
    compiled = compile(code, where, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    if not compiled.co_flags & inspect.CO_COROUTINE:
        exec(compiled, names)
        return

    async def main():
        async with client() as opened:
            await eval(compiled, names if opened is None else {**names, **opened})

    asyncio.run(main())
