"""What the evidence that needs the open internet shares: one careful way to read an address."""
import gzip
import urllib.error
import urllib.request

from adrtool_evidence import skip


def fetch(url):
    """The bytes at `url`; skips where it cannot be reached or refuses to answer, raises HTTPError where it is gone."""
    request = urllib.request.Request(url, headers={"User-Agent": "adrtool-evidence", "Accept-Encoding": "gzip"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
    except urllib.error.HTTPError as refusal:
        if refusal.code in (401, 403, 429) or refusal.code >= 500:
            skip(f"{url} refuses: HTTP {refusal.code}")
        raise
    except OSError as error:  # no route, no name, no certificate, no answer in time
        skip(f"{url} is out of reach: {error}")
    return gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
