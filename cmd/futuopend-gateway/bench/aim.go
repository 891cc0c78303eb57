package main

import "fmt"

// aim judges a figure: what the gateway costs, in words, and whether that is little enough.
type aim struct {
	text  string
	judge func(gateway, other float64) (cost string, met bool)
}

// times wants at most so many times as much as the other.
func times(most float64) aim {
	return aim{fmt.Sprintf("≤ %.2f ×", most), func(gateway, other float64) (string, bool) {
		return fmt.Sprintf("%.2f ×", gateway/other), gateway/other <= most
	}}
}

// share wants at least such a share of the other, of which more is better.
func share(least float64) aim {
	return aim{fmt.Sprintf("≥ %.2f ×", least), func(gateway, other float64) (string, bool) {
		return fmt.Sprintf("%.2f ×", gateway/other), gateway/other >= least
	}}
}

// above wants at most so much more than the other.
func above(most float64, show func(float64) string) aim {
	return aim{"≤ +" + show(most), func(gateway, other float64) (string, bool) {
		return signed(gateway-other, show), gateway-other <= most
	}}
}

// within wants at most so much, whatever the other has.
func within(most float64, show func(float64) string) aim {
	return aim{"≤ " + show(most), func(gateway, _ float64) (string, bool) { return show(gateway), gateway <= most }}
}

func signed(v float64, show func(float64) string) string {
	if v < 0 {
		return "-" + show(-v)
	}
	return "+" + show(v)
}
