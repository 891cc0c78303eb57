package console

// maxLine bounds one line, in bytes, without escape sequences. The longest text that is known is a
// reason with a link, under 400 bytes; padding to the window adds at most its width. What is beyond is dropped.
const maxLine = 4096

// splitter cuts the bytes of a terminal into lines. It ends a line at each CR and
// LF, because the daemon's line editor redraws with CR, and removes escape sequences and control characters.
type splitter struct {
	line  []byte
	state escape
	feeds int // LFs so far, which is how a person counts lines
}

// escape says where in an escape sequence the splitter is.
type escape byte

const (
	ground       escape = iota
	afterESC            // ESC was read
	intermediate        // ESC and blanks to slash: one more character ends it
	csi                 // ESC [ … until a letter or the like
	text                // ESC ] and its kin, until BEL or ESC \
	textESC             // ESC within text
)

const (
	bel = 0x07
	can = 0x18
	sub = 0x1a
	esc = 0x1b
	del = 0x7f
)

// write calls end for each line that p completes; the line is valid until end returns.
func (s *splitter) write(p []byte, end func(line []byte)) {
	for len(p) > 0 {
		if s.state == ground {
			if n := plain(p); n > 0 {
				s.keep(p[:n])
				p = p[n:]
				continue
			}
		}
		c := p[0]
		p = p[1:]
		if c == '\r' || c == '\n' {
			// Also within an escape sequence: an unfinished one must not swallow what follows.
			s.state = ground
			end(s.line)
			s.line = s.line[:0]
			if c == '\n' {
				s.feeds++
			}
			continue
		}
		s.state = s.next(c)
	}
}

// plain counts the bytes before the first control character.
func plain(p []byte) int {
	for i, c := range p {
		if c < ' ' || c == del {
			return i
		}
	}
	return len(p)
}

func (s *splitter) keep(p []byte) {
	s.line = append(s.line, p[:min(len(p), maxLine-len(s.line))]...)
}

// next consumes one byte that ends no line, and returns the state after it.
func (s *splitter) next(c byte) escape {
	switch {
	case c == can || c == sub:
		return ground
	case c == esc && (s.state == text || s.state == textESC):
		return textESC
	case c == esc:
		return afterESC
	}
	switch s.state {
	case ground:
		if c == '\t' && len(s.line) == 0 {
			s.keep([]byte("   ")) // a line of a help text
		} else if c == '\t' {
			s.keep([]byte{' '})
		}
		return ground
	case afterESC, textESC:
		return s.introduced(c)
	case intermediate:
		if c >= ' ' && c <= '/' {
			return intermediate
		}
		return ground
	case csi:
		if c >= '@' && c <= '~' {
			return ground
		}
		return csi
	case text:
		if c == bel {
			return ground
		}
		return text
	}
	panic("console: no such escape state")
}

// introduced tells what the byte after ESC begins.
func (s *splitter) introduced(c byte) escape {
	switch {
	case c == '[':
		return csi
	case c == ']' || c == 'P' || c == 'X' || c == '^' || c == '_':
		return text
	case c >= ' ' && c <= '/':
		return intermediate
	default: // one character, ESC \ among them
		return ground
	}
}
