"""Secrets are removed from any text, in time in proportion to its length."""

import json
import time

import pytest

from planet._redact import brief, redact, redact_url

SECRET = "hunter2hunter2"


@pytest.mark.parametrize(
    "text",
    [
        f"GET https://a.test/x?token={SECRET}&b={SECRET} failed",
        f"(https://a.test/x?{SECRET}) and https://b.test/(y)?{SECRET}",
        f"https://user:{SECRET}@a.test/x",
        f"https://user:p@{SECRET}@a.test/x",
        f"Authorization: api-key {SECRET}",
        f"Authorization: Bearer {SECRET}",
        f"{{'Authorization': 'Basic {SECRET}'}}",
        json.dumps({"credentials": SECRET}),
        json.dumps({"aws_secret_access_key": f'with "quotes" {SECRET}'}),
        json.dumps({"a": json.dumps({"token": SECRET, "b": 1})}),
        json.dumps({"a": json.dumps({"b": json.dumps({"token": SECRET})})}),
        f'{{"password": "{SECRET}',  # cut off
        f'{{"password" : "{SECRET}\\',
        repr({"api_key": SECRET, "b": SECRET.encode()[:0]}),
        repr({"token": SECRET.encode()}),
        f"sig={SECRET}&x=1",
        f"X-Amz-Signature={SECRET}",
        f"my-token={SECRET}\\/{SECRET}",
    ],
)
def test_secrets_are_removed(text):
    assert SECRET not in redact(text)
    assert "…" in redact(text)


def test_everything_else_stays():
    for text in (
        "nothing",
        "a token is missing",
        '{"name": "x"}',
        "https://a.test/x",
        "12:30, 'x': 'y'",
        "",
        '"',
        "a://",
    ):
        assert redact(text) == text
    assert redact(f"a https://a.test/x?{SECRET} b") == "a https://a.test/x?… b"
    assert redact_url(f"https://u:{SECRET}@a.test/x?{SECRET}#y") == "https://…@a.test/x"
    assert SECRET not in brief({"token": SECRET})


def test_redacted_json_is_json():
    body = {"token": SECRET, "a": [{"secret": 'x"y', "url": f"https://a.test/x?{SECRET}", "text": f"sig={SECRET}"}]}
    assert json.loads(redact(json.dumps(body)))["a"][0]["url"] == "https://a.test/x?…"
    nested = json.loads(redact(json.dumps({"a": json.dumps(body)})))
    assert json.loads(nested["a"])["token"] == "…"


PIECES = [
    '"', "'", "\\", '\\"', '"\\', '"token', '"token"', '"token":', '"token":"', '"token": "\\', "token", "token=", "a-",
    "a.", "-", ":", ' "":', '"" ', "a://", "a://?", "a://?)", "a://b@", "a:@", "bearer ", "bearer", " ", "\n", "sig",
    '{"a": "b", ', '\\"token\\": \\"', "?", "a://'", "api-key\t", "http://u:p@h/x?a=b ", "\\/", "token=\\/", '"a":"',
    '"a":', "\"'", "secret_", "a+",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES)
def test_the_time_grows_with_the_length(piece):
    def seconds(length, repeats):
        text = piece * (length // len(piece))
        best = []
        for _ in range(repeats):
            begin = time.process_time()
            redact(text)
            redact('"token": "' + text)
            redact('\\"token\\": \\"' + text)
            best.append(time.process_time() - begin)
        return min(best)

    # Eight times the length takes eight times as long, and not sixty-four times. A busy machine may stretch one of the
    # two; where the time grows with the square, no attempt is below the bound.
    assert any(seconds(200_000, 2) < 24 * max(seconds(25_000, 3), 0.002) for _ in range(6))


@pytest.mark.parametrize(
    "text",
    [
        "api-key: PLAK0123456789abcdef",
        "apikey=0123456789abcdef",
        "the key PLAK0123456789abcdef is wrong",
        "Bearer=0123456789abcdef",
    ],
)
def test_keys_in_the_forms_that_people_paste(text):
    assert "0123456789abcdef" not in redact(text)
