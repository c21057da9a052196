# Generated from tests/_async/geocatalog/test_sas.py by tools/unasync.py. Edit that file and run the tool again.

"""Signatures for reading files."""

import httpx
import pytest

from planet._runtime._sync import map_bounded, run_blocking
from planet.exceptions import ArgumentTypeError
from planet.geocatalog import SasToken


def test_a_token_for_a_collection(filled):
    token = filled.sas.get_token("fields", duration=60)
    assert isinstance(token, SasToken)
    assert "sig=" in token.token
    assert "sig=" not in f"{token!r} {token} {token._repr_html_()}"
    later = filled.sas.get_token("fields", duration=120)
    assert later.expires_at > token.expires_at
    assert filled.shared_access_signature is filled.sas


def test_an_address_is_signed(filled):
    href = (filled.stac.get_item("fields", "a")).assets["image"]["href"]
    with httpx.Client(trust_env=False) as web:
        assert (web.get(href)).status_code == 403
        link = filled.sas.sign(href, duration=30)
        assert (web.get(link.href)).status_code == 200
    assert link.expires_at is not None
    assert "sig=" not in f"{link!r} {link._repr_html_()}"
    foreign = filled.sas.sign("https://example.com/a.tif")
    assert (foreign.href, foreign.expires_at) == ("https://example.com/a.tif", None)


def test_the_files_of_items_are_signed_with_one_request(filled, sandbox):
    items = [item for item in filled.stac.search(collections=["fields"])]
    sandbox.requests.clear()
    signed = map_bounded(filled.sas.sign_item, items * 10, limit=10)
    assert [seen.path for seen in sandbox.requests].count("/sas/token/fields") == 1
    with httpx.Client(trust_env=False) as web:
        assert (web.get(signed[0].assets["image"]["href"])).status_code == 200
    assert "sig=" not in items[0].assets["image"]["href"]  # it is a copy
    again = filled.sas.sign_item(signed[0])
    assert again.assets["image"]["href"] == signed[0].assets["image"]["href"]
    filled.sas.revoke_token()
    with httpx.Client(trust_env=False) as web:
        assert (web.get(signed[0].assets["image"]["href"])).status_code == 403
        fresh = filled.sas.sign_item(items[0])
        assert (web.get(fresh.assets["image"]["href"])).status_code == 200


def test_only_the_catalogues_own_files_are_signed(filled):
    item = filled.stac.get_item("fields", "a")
    item["assets"] = {
        "elsewhere": {"href": "https://example.com/a.tif"},
        "relative": {"href": "./a.tif"},
        "signed": {"href": "https://account.blob.core.windows.net/c/a.tif?sv=1&sig=x"},
        "none": {},
    }
    assert (filled.sas.sign_item(item))["assets"] == item["assets"]
    with pytest.raises(ArgumentTypeError, match="item must be a dictionary"):
        filled.sas.sign_item("a")


def test_the_signature_of_a_collection_goes_to_nobody_else(filled, sandbox):
    item = filled.stac.get_item("fields", "a")
    item["assets"]["foreign"] = {"href": "https://evilaccount.blob.core.windows.net/x/y.tif"}
    item["assets"]["other"] = {"href": f"{sandbox.container_url('box')}/a.tif"}
    signed = filled.sas.sign_item(item)
    assert signed.assets["foreign"] == item.assets["foreign"]
    assert signed.assets["other"] == item.assets["other"]
    assert "sig=" in signed.assets["image"]["href"]


def test_short_signatures_are_kept_too(filled, sandbox):
    item = filled.stac.get_item("fields", "a")
    item["assets"] |= {f"copy{number}": item.assets["image"] for number in range(5)}
    sandbox.requests.clear()
    filled.sas.sign_item(item, duration=3)
    filled.sas.sign_item(item, duration=3)
    assert [seen.path for seen in sandbox.requests].count("/sas/token/fields") == 1


def test_a_plain_function_signs(filled, sandbox):
    """Other libraries call it in threads of their own."""
    href = (filled.stac.get_item("fields", "a")).assets["image"]["href"]
    sandbox.requests.clear()
    sign = filled.sas.signer("fields")
    assert sandbox.requests == []
    first = run_blocking(sign, href)
    assert first == run_blocking(sign, href)
    assert first.startswith(f"{href}?sv=")
    assert [seen.path for seen in sandbox.requests].count("/sas/token/fields") == 1
