package page_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// sheet is many small pictures on one, for a person to look at.
type sheet struct {
	columns, width int // of a picture

	mu       sync.Mutex // guards pictures
	pictures map[int]image.Image
}

// take puts what the window shows at a place of the sheet.
func (s *sheet) take(b *tab, place int) {
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
	small := shrunk(full, s.width)
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pictures == nil {
		s.pictures = map[int]image.Image{}
	}
	s.pictures[place] = small
}

// keep writes the sheet beside the other screenshots.
func (s *sheet) keep(t *testing.T, name string, places int) {
	t.Helper()
	const gap = 8
	height := 0
	for _, p := range s.pictures {
		height = max(height, p.Bounds().Dy())
	}
	rows := (places + s.columns - 1) / s.columns
	out := image.NewRGBA(image.Rect(0, 0, s.columns*(s.width+gap)+gap, rows*(height+gap)+gap))
	draw.Draw(out, out.Bounds(), image.NewUniform(color.Gray{128}), image.Point{}, draw.Src)
	for place, p := range s.pictures {
		at := image.Pt(gap+place%s.columns*(s.width+gap), gap+place/s.columns*(height+gap))
		draw.Draw(out, p.Bounds().Add(at), p, image.Point{}, draw.Src)
	}
	folder := os.Getenv("PAGE_SCREENSHOTS")
	if folder == "" {
		folder = t.ArtifactDir()
	}
	var b bytes.Buffer
	if err := png.Encode(&b, out); err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	keep(t, filepath.Join(folder, "sheet-"+name+".png"), b.Bytes())
}

// shrunk is a picture of another width: each point is the mean of those that it stands for.
func shrunk(full image.Image, width int) image.Image {
	from := full.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, width, from.Dy()*width/from.Dx()))
	for y := range out.Bounds().Dy() {
		for x := range width {
			part := image.Rect(x*from.Dx()/width, y*from.Dx()/width, max((x+1)*from.Dx()/width, x*from.Dx()/width+1), max((y+1)*from.Dx()/width, y*from.Dx()/width+1))
			out.Set(x, y, mean(full, part.Intersect(from)))
		}
	}
	return out
}

func mean(full image.Image, part image.Rectangle) color.Color {
	var r, g, b, n uint32
	for y := part.Min.Y; y < part.Max.Y; y++ {
		for x := part.Min.X; x < part.Max.X; x++ {
			cr, cg, cb, _ := full.At(x, y).RGBA()
			r, g, b, n = r+cr>>8, g+cg>>8, b+cb>>8, n+1
		}
	}
	n = max(n, 1)
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), 255}
}
