package page_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"github.com/ostai/futuopend-gateway/fsm"
	"github.com/ostai/futuopend-gateway/testdata/prose"
	"github.com/ostai/futuopend-gateway/testdata/testbed"
)

// maxPicture bounds a picture of a front page, in bytes: it is loaded with the page, and each new one stays in the history.
const maxPicture = 60_000

// handy is a phone that shows what a code is asked with, and not much of what lies below.
var handy = window{"phone", 390, 720, true, false}

// pictures are those of the front pages: the page on a phone, when a code is wanted.
var pictures = []struct{ front, name, language string }{
	{"README.md", "phone.en", "en-US"},
	{"README.zh-CN.md", "phone.zh", "zh-CN"},
}

// Another browser or another font draws the same page a little differently, so what is compared are its words.
func TestThePicturesOfTheFrontPagesShowThePageAsItIs(t *testing.T) {
	for _, p := range pictures {
		t.Run(p.name, func(t *testing.T) {
			b := visit(t, wanting(t).address, handy, p.language)
			b.state("awaiting_code")
			b.until(`document.querySelectorAll('#timeline [data-kind]').length > 3`)
			got := wordsOf(b.value(`document.body.innerText`))
			path := "pictures/" + p.name + ".txt"
			if testbed.Updating() {
				keep(t, path, []byte(got))
				keep(t, "pictures/"+p.name+".png", b.picture())
			}
			want, err := os.ReadFile(path)
			if err != nil || string(want) != got {
				t.Errorf("%v; the picture shows another page than this one:\n%s\nlook at it again with: go test ./transport/page -run Pictures -update", err, got)
			}
		})
	}
}

func TestTheFrontPagesShowAPictureThatIsSmall(t *testing.T) {
	for _, p := range pictures {
		path := "pictures/" + p.name + ".png"
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatalf("%v; take it with: go test ./transport/page -run Pictures -update", err)
		}
		if len(b) > maxPicture {
			t.Errorf("%s has %d bytes, and at most %d", path, len(b), maxPicture)
		}
		shape, err := png.DecodeConfig(bytes.NewReader(b))
		if err != nil || int64(shape.Width) != 2*handy.width || int64(shape.Height) != 2*handy.height {
			t.Errorf("%s is a picture of %d x %d, want the phone's: %v", path, shape.Width, shape.Height, err)
		}
		if !strings.Contains(prose.Read(t, p.front), `src="transport/page/`+path+`"`) {
			t.Errorf("%s does not show %s", p.front, path)
		}
	}
}

// wanting is a stage on which a code was asked for a moment ago.
func wanting(t *testing.T) *stage {
	s := newStage(t)
	s.happens(t, fsm.Event{Kind: fsm.Boot}, fsm.Event{Kind: fsm.Start, Detail: "start of the gateway"}, fsm.Event{Kind: fsm.Started},
		fsm.Event{Kind: fsm.LoggingIn}, fsm.Event{Kind: fsm.CodeWanted}, fsm.Event{Kind: fsm.CodeSent})
	return s
}

var (
	number = regexp.MustCompile(`\d+(:\d+)*( [AP]M| seconds?)?`)
	blanks = regexp.MustCompile(`\s*\n\s*`)
)

// wordsOf is a text without its times and counts, a line each.
func wordsOf(text string) string {
	return blanks.ReplaceAllString(number.ReplaceAllString(strings.TrimSpace(text), "N"), "\n") + "\n"
}

func keep(t *testing.T, path string, b []byte) {
	t.Helper()
	if err := os.WriteFile(path, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

// picture is the window as a PNG with a palette, which is a third of one without.
func (b *tab) picture() []byte {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, patience)
	defer cancel()
	shot, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.fail(err)
	}
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		b.t.Fatal(err)
	}
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(&out, reduce(full)); err != nil {
		b.t.Fatal(err)
	}
	return out.Bytes()
}

// reduce keeps the commonest colours of a picture, and gives each of the others the nearest of them.
func reduce(full image.Image) *image.Paletted {
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(full.At(x, y)).(color.RGBA) }
	bounds := full.Bounds()
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	var common []color.RGBA
	for c := range count {
		common = append(common, c)
	}
	slices.SortFunc(common, func(a, b color.RGBA) int { return count[b] - count[a] })
	var palette color.Palette
	for _, c := range common[:min(len(common), 64)] {
		palette = append(palette, c)
	}
	out := image.NewPaletted(bounds, palette)
	nearest := map[color.RGBA]uint8{}
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := at(x, y)
			i, known := nearest[c]
			if !known {
				i = uint8(palette.Index(c))
				nearest[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	return out
}
