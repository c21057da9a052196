"""Signatures for reading files."""

import httpx
import pytest

from planet._runtime._async import map_bounded, run_blocking
from planet.exceptions import ArgumentTypeError
from planet.geocatalog import SasToken


async def test_a_token_for_a_collection(filled):
    token = await filled.sas.get_token("fields", duration=60)
    assert isinstance(token, SasToken)
    assert "sig=" in token.token
    assert "sig=" not in f"{token!r} {token} {token._repr_html_()}"
    later = await filled.sas.get_token("fields", duration=120)
    assert later.expires_at > token.expires_at
    assert filled.shared_access_signature is filled.sas


async def test_an_address_is_signed(filled):
    href = (await filled.stac.get_item("fields", "a")).assets["image"]["href"]
    async with httpx.AsyncClient(trust_env=False) as web:
        assert (await web.get(href)).status_code == 403
        link = await filled.sas.sign(href, duration=30)
        assert (await web.get(link.href)).status_code == 200
    assert link.expires_at is not None
    assert "sig=" not in f"{link!r} {link._repr_html_()}"
    foreign = await filled.sas.sign("https://example.com/a.tif")
    assert (foreign.href, foreign.expires_at) == ("https://example.com/a.tif", None)


async def test_the_files_of_items_are_signed_with_one_request(filled, sandbox):
    items = [item async for item in filled.stac.search(collections=["fields"])]
    sandbox.requests.clear()
    signed = await map_bounded(filled.sas.sign_item, items * 10, limit=10)
    assert [seen.path for seen in sandbox.requests].count("/sas/token/fields") == 1
    async with httpx.AsyncClient(trust_env=False) as web:
        assert (await web.get(signed[0].assets["image"]["href"])).status_code == 200
    assert "sig=" not in items[0].assets["image"]["href"]  # it is a copy
    again = await filled.sas.sign_item(signed[0])
    assert again.assets["image"]["href"] == signed[0].assets["image"]["href"]
    await filled.sas.revoke_token()
    async with httpx.AsyncClient(trust_env=False) as web:
        assert (await web.get(signed[0].assets["image"]["href"])).status_code == 403
        fresh = await filled.sas.sign_item(items[0])
        assert (await web.get(fresh.assets["image"]["href"])).status_code == 200


async def test_only_the_catalogues_own_files_are_signed(filled):
    item = await filled.stac.get_item("fields", "a")
    item["assets"] = {
        "elsewhere": {"href": "https://example.com/a.tif"},
        "relative": {"href": "./a.tif"},
        "signed": {"href": "https://account.blob.core.windows.net/c/a.tif?sv=1&sig=x"},
        "none": {},
    }
    assert (await filled.sas.sign_item(item))["assets"] == item["assets"]
    with pytest.raises(ArgumentTypeError, match="item must be a dictionary"):
        await filled.sas.sign_item("a")


async def test_the_signature_of_a_collection_goes_to_nobody_else(filled, sandbox):
    item = await filled.stac.get_item("fields", "a")
    item["assets"]["foreign"] = {"href": "https://evilaccount.blob.core.windows.net/x/y.tif"}
    item["assets"]["other"] = {"href": f"{sandbox.container_url('box')}/a.tif"}
    signed = await filled.sas.sign_item(item)
    assert signed.assets["foreign"] == item.assets["foreign"]
    assert signed.assets["other"] == item.assets["other"]
    assert "sig=" in signed.assets["image"]["href"]


async def test_short_signatures_are_kept_too(filled, sandbox):
    item = await filled.stac.get_item("fields", "a")
    item["assets"] |= {f"copy{number}": item.assets["image"] for number in range(5)}
    sandbox.requests.clear()
    await filled.sas.sign_item(item, duration=3)
    await filled.sas.sign_item(item, duration=3)
    assert [seen.path for seen in sandbox.requests].count("/sas/token/fields") == 1


async def test_a_plain_function_signs(filled, sandbox):
    """Other libraries call it in threads of their own."""
    href = (await filled.stac.get_item("fields", "a")).assets["image"]["href"]
    sandbox.requests.clear()
    sign = filled.sas.signer("fields")
    assert sandbox.requests == []
    first = await run_blocking(sign, href)
    assert first == await run_blocking(sign, href)
    assert first.startswith(f"{href}?sv=")
    assert [seen.path for seen in sandbox.requests].count("/sas/token/fields") == 1
