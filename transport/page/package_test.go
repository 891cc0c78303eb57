package page_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ostai/futuopend-gateway/testdata/prose"
)

const packageToken = "correct-horse-battery"

// bot is a page of somebody else's that uses the package for JavaScript, as a browser loads it: without a bundler, without Node.
const bot = `<!doctype html><html lang=en><title>bot</title><link rel=icon href="data:,"><body><script type=module>
import { FutuOpenDManager, Gateway, STATUS } from '/package/index.js'
const tell = (...words) => { const p = document.createElement('p'); p.textContent = words.join(' '); document.body.append(p) }
const refused = (why) => tell('refused', why.name, why.code)
await new Gateway(location.origin, 'a-wrong-token-of-somebody').waitReady().catch(refused)
const gateway = new Gateway(location.origin, '` + packageToken + `')
for await (const event of gateway.events(0)) {
  if (event.to === 'awaiting_code') break
}
const picture = await gateway.captcha().catch(refused)
tell('wrong', (await gateway.code('000000')).result)
tell('right', (await gateway.code('Your Futu code is ` + code + `.')).result)
const now = await gateway.waitReady({ timeout: 60_000 })
tell('ready', now.state, now.ready)
gateway.close()
const manager = new FutuOpenDManager(location.origin, { token: '` + packageToken + `' })
manager.on('CONNECTED', () => tell('greeted'))
await manager.ready()
tell('version 1', await manager.status() === STATUS.CONNECTED)
manager.close()
tell('end')
</script>`

// A browser lets a page ask its own host only. Whoever has a page in front of the gateway has a proxy there, too.
func TestThePackageForJavaScriptRunsInABrowser(t *testing.T) {
	t.Parallel()
	g := simulate(t, "sms", "SERVER_TOKEN="+packageToken)
	gateway, err := url.Parse("http://" + g.address)
	if err != nil {
		t.Fatal(err)
	}
	paths := http.NewServeMux()
	paths.Handle("/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(gateway); r.Out.Host = r.In.Host }})
	paths.Handle("/package/", http.StripPrefix("/package/", http.FileServer(http.Dir(prose.Root(t)+"/transport/client/js/src"))))
	paths.HandleFunc("/bot", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, bot)
	})
	site := httptest.NewServer(paths)
	t.Cleanup(site.Close)

	b := visit(t, site.URL+"/bot", desktop, "en")
	b.expect("401")
	b.expect("409")
	b.expect("WebSocket connection to") // with a wrong token
	for _, line := range []string{
		"refused Unauthorized unauthorized", "refused CaptchaNotWanted captcha_not_wanted", "wrong rejected", "right accepted",
		"ready connected true", "greeted", "version 1 true", "end",
	} {
		b.until(`document.body.innerText.includes('` + line + `')`)
	}
	b.do(chromedp.Evaluate[chromedp.Void](`if ('process' in window || 'require' in window) throw new Error('this is no browser')`))
}
