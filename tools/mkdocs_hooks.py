"""What `mkdocs build` does beside its plugins.

Notebooks link to pages as they are in the repository, `../search.md`, so that the links work there, too. The site has
the page at `../../search/`.
"""

import re
from typing import Any

_LINK = re.compile(r'href="\.\./([\w/]+)\.md(#[\w.-]+)?"')


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Return the HTML of a page, with the links of a notebook as the site needs them."""
    if not page.file.src_uri.endswith(".ipynb"):
        return html
    return _LINK.sub(lambda link: f'href="../../{link[1]}/{link[2] or ""}"', html)
