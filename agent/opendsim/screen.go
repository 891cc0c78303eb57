package opendsim

import (
	"bufio"
	"os"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

const (
	prompt = ">>>"

	// stdioBuffer is how much C's stdio holds back when stdout is no terminal.
	stdioBuffer = 4096
)

// screen is the daemon's stdout. On a terminal every line is padded with blanks to overwrite the prompt, and the prompt
// is drawn again below it. Elsewhere lines are held back until a buffer is full or flush is called.
//
// The daemon's loop owns it.
type screen struct {
	file  *os.File
	isTTY bool
	held  *bufio.Writer // what is not yet out, when this is no terminal
	typed string        // what stands behind the prompt
	block []byte        // is reused for each write
}

func newScreen(file *os.File) *screen {
	s := &screen{file: file, isTTY: isTerminal(file)}
	if !s.isTTY {
		s.held = bufio.NewWriterSize(file, stdioBuffer)
	}
	return s
}

// width is that of the window at this moment; 0 when nobody has given the terminal a size.
func (s *screen) width() int {
	size, err := unix.IoctlGetWinsize(int(s.file.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0
	}
	return int(size.Col)
}

// isBlind reports that the window has no width, which makes the line editor throw away what is typed.
func (s *screen) isBlind() bool { return s.isTTY && s.width() == 0 }

// print shows lines. Errors are of no use: a terminal that is gone ends the process by itself.
func (s *screen) print(lines ...string) {
	if !s.isTTY {
		for _, line := range lines {
			s.held.WriteString(line + "\n")
		}
		return
	}
	width := s.width()
	s.block = s.block[:0]
	for _, line := range lines {
		last := line[strings.LastIndexByte(line, '\n')+1:]
		s.block = append(s.block, '\r')
		s.block = append(s.block, line...)
		s.block = appendBlanks(s.block, width-columns(last))
		s.block = append(s.block, "\n\r"+prompt...) // the terminal makes \r\n of the \n
		s.block = append(s.block, s.visible(width)...)
	}
	s.file.Write(s.block)
}

// ask shows a text that does not end its line.
func (s *screen) ask(text string) {
	if s.isTTY {
		s.file.WriteString("\r" + text)
		return
	}
	s.held.WriteString(text)
}

// redraw shows what has been typed, over what was there before.
func (s *screen) redraw(typed string) {
	before := columns(s.typed)
	s.typed = typed
	if !s.isTTY {
		return
	}
	head := "\r" + prompt + s.visible(s.width())
	s.block = append(s.block[:0], head...)
	if erase := before - columns(typed); erase > 0 {
		s.block = appendBlanks(s.block, erase)
		s.block = append(s.block, head...)
	}
	s.file.Write(s.block)
}

// enter ends the line that was typed and draws the next prompt.
func (s *screen) enter() {
	s.typed = ""
	if s.isTTY {
		s.file.WriteString("\n\r" + prompt)
	}
}

// flush lets out what is held back.
func (s *screen) flush() {
	if !s.isTTY {
		s.held.Flush()
	}
}

// visible is the end of what was typed, as much as fits behind the prompt.
func (s *screen) visible(width int) string {
	room := max(width-len(prompt)-1, 0)
	tail := []rune(s.typed)
	for len(tail) > 0 && columns(string(tail)) > room {
		tail = tail[1:]
	}
	return string(tail)
}

func appendBlanks(b []byte, n int) []byte {
	n = max(n, 0)
	b = slices.Grow(b, n)
	for range n {
		b = append(b, ' ')
	}
	return b
}
