package fetch

import "fmt"

// unknownStep is how much comes between two sentences where nobody says how much there is, in bytes.
const unknownStep = 25 << 20

// Steps turns what [Config.Progress] gets into a sentence for each twentieth part, so that whoever writes them down writes few.
func Steps(tell func(text string)) func(r Release, done, total int64) {
	told := int64(-1)
	return func(r Release, done, total int64) {
		step, of := int64(unknownStep), ""
		if total > 0 {
			step, of = max(total/20, 1), fmt.Sprintf(" of %d", total>>20)
		}
		if done/step == told {
			return
		}
		told = done / step
		tell(fmt.Sprintf("%s: %d%s MB", r.Name(), done>>20, of))
	}
}
