package fetch

import (
	"context"
	"fmt"
	"net/http"
	"path"
)

// Where each brand's site leads to its newest archive (seen in use: it answers 302, and 403 to what does not look like a browser).
const (
	latestFutu   = "https://www.futunn.com/download/fetch-lasted-link?name=opend-ubuntu"
	latestMoomoo = "https://www.moomoo.com/download/fetch-lasted-link?name=opend-ubuntu"
)

// Latest asks the brand's site for its newest release. At is another address to ask, empty for the site's own.
func Latest(ctx context.Context, moomoo bool, at string) (Release, error) {
	if at == "" {
		if at = latestFutu; moomoo {
			at = latestMoomoo
		}
	}
	fail := func(err error) (Release, error) {
		return Release{}, fmt.Errorf("ask for the latest version: %w; name one in FUTU_VERSION", err)
	}
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	request, err := newRequest(ctx, at)
	if err != nil {
		return fail(err)
	}
	client := newClient()
	defer client.CloseIdleConnections()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	answer, err := client.Do(request)
	if err != nil {
		return fail(err)
	}
	answer.Body.Close()
	target, err := answer.Location()
	if err != nil {
		return fail(fmt.Errorf("%s answers %s and leads nowhere", at, answer.Status))
	}
	r, ok := releaseOf(path.Base(target.Path))
	if !ok || r.Moomoo != moomoo {
		return fail(fmt.Errorf("%s leads to %q, which is no archive's name", at, path.Base(target.Path)))
	}
	return r, nil
}
