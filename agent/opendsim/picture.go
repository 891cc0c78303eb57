package opendsim

import (
	"bytes"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
)

// glyphs are the characters that Captcha needs, five dots wide and seven high.
var glyphs = map[rune][7]string{
	'K': {"#...#", "#..#.", "#.#..", "##...", "#.#..", "#..#.", "#...#"},
	'7': {"#####", "....#", "...#.", "..#..", "..#..", ".#...", ".#..."},
	'Q': {".###.", "#...#", "#...#", "#...#", "#.#.#", "#..#.", ".##.#"},
	'X': {"#...#", "#...#", ".#.#.", "..#..", ".#.#.", "#...#", "#...#"},
}

// Pixels: of a dot, around the text, and from one character to the next.
const (
	dot     = 5
	margin  = 2 * dot
	between = 7 * dot
)

// picture draws a text as a PNG. Another number gives another picture of the same text.
func picture(text string, number int) []byte {
	img := image.NewGray(image.Rect(0, 0, 2*margin+len(text)*between, 2*margin+7*dot))
	noise := rand.New(rand.NewPCG(uint64(number), 0))
	for i := range img.Pix {
		img.Pix[i] = 0xff - uint8(noise.IntN(0x60))
	}
	for i, r := range text {
		for y, row := range glyphs[r] {
			for x, c := range row {
				if c == '#' {
					fillDot(img, margin+i*between+x*dot, margin+y*dot)
				}
			}
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		panic("opendsim: encode picture: " + err.Error()) // a buffer takes everything
	}
	return out.Bytes()
}

func fillDot(img *image.Gray, left, top int) {
	for y := range dot {
		for x := range dot {
			img.SetGray(left+x, top+y, color.Gray{Y: 0x20})
		}
	}
}
