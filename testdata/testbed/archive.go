package testbed

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"time"
)

// Archive is a .tar.gz of what files adds, with the owner and the date of another machine, as those that are downloaded have.
func Archive(files func(add func(name, text string, mode int64))) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	w := tar.NewWriter(z)
	files(func(name, text string, mode int64) {
		h := &tar.Header{Name: name, Mode: mode, Size: int64(len(text)), Uid: 1234, Gid: 1234, ModTime: time.Unix(1.7e9, 0)}
		if err := w.WriteHeader(h); err != nil {
			panic(err) // the names are constants
		}
		w.Write([]byte(text))
	})
	w.Close()
	z.Close()
	return b.Bytes()
}
