"""Prints what stocks cost whenever that changes. compose starts it once quotes work, so that it need not wait itself."""

import os
import time

from futu import RET_OK, OpenQuoteContext, StockQuoteHandlerBase, SubType

CODES = os.environ.get("CODES", "HK.00700").replace(",", " ").split()


class Quotes(StockQuoteHandlerBase):
    def on_recv_rsp(self, rsp_pb):
        ret, data = super().on_recv_rsp(rsp_pb)
        if ret == RET_OK:
            for code, price in zip(data["code"], data["last_price"]):
                print("quote:", code, price, flush=True)
        return ret, data


quotes = OpenQuoteContext(host=os.environ.get("FUTU_HOST", "127.0.0.1"), port=int(os.environ.get("FUTU_PORT", "11111")))
quotes.set_handler(Quotes())
ret, state = quotes.get_global_state()
if ret != RET_OK:
    raise SystemExit(f"no state: {state}")
print("connected:", state["server_ver"], "quotes are logged in:", state["qot_logined"], flush=True)
ret, why = quotes.subscribe(CODES, [SubType.QUOTE])
if ret != RET_OK:
    print("no quotes:", why, flush=True)
while True:  # the package connects again by itself
    time.sleep(60)
