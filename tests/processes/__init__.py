"""Downloads across processes: killed, interrupted, two at once, and very many files."""
