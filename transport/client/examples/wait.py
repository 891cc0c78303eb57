import contextlib, time, urllib.request
from futu import OpenQuoteContext

ready = False
while not ready:
    time.sleep(2)
    with contextlib.suppress(OSError):  # no gateway yet, or 503: quotes do not work yet
        ready = urllib.request.urlopen("http://127.0.0.1:8000/readyz", timeout=5).status == 200
quotes = OpenQuoteContext(host="127.0.0.1", port=11111)
