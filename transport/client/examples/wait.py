import time, urllib.request
from futu import OpenQuoteContext

def ready():
    try:
        return urllib.request.urlopen("http://127.0.0.1:8000/readyz", timeout=5).status == 200
    except OSError:  # no gateway yet, or 503: not ready yet
        return False

while not ready():
    time.sleep(2)
quotes = OpenQuoteContext(host="127.0.0.1", port=11111)
