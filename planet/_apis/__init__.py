"""The parts of the API clients that need no I/O: ids, states, links, request bodies, lines of CSV."""
