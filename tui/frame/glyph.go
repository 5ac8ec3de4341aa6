package frame

// SparkFull is the highest column of a sparkline.
const SparkFull = '\uE008'

// Sparks are the columns of a sparkline, the lowest first.
var Sparks = [8]rune{'▁', '▂', '▃', '▄', '▅', '▆', '▇', SparkFull}

// asciiOf are the glyphs in ASCII. What is missing is written as a question mark.
var asciiOf = map[rune]byte{
	'█': '#', '▓': '%', '░': '.', '▒': '-', '✗': 'x', '✓': '+', '►': '>', '◄': '<', '┤': '|', '⇅': '!', '‖': '=', '■': '=',
	'▮': '#', '▯': '.', '·': '.', '●': 'o', '◆': '*', '┄': '-', '…': '~', '↵': '^', '⇥': '>', '→': '>', '←': '<', '↑': '^', '↓': 'v', '⏎': '^',
	'─': '-', '━': '=', '│': '|', '┃': '|', '┌': '+', '┐': '+', '└': '+', '┘': '+', '├': '+', '┬': '+', '┴': '+', '┼': '+',
	'┏': '+', '┓': '+', '┗': '+', '┛': '+', '›': '>', '×': 'x', '≥': '>', '≤': '<', 'µ': 'u', '–': '-', '—': '-', '−': '-',
	'▏': '|', '▕': '|', '▲': '^', '▼': 'v', '▶': '>', '§': 'S',
	'▁': '1', '▂': '2', '▃': '3', '▄': '4', '▅': '5', '▆': '6', '▇': '7', SparkFull: '8',
}

// ascii is a rune in ASCII.
func ascii(r rune) byte {
	if r < 0x80 {
		return byte(r)
	}
	if c, ok := asciiOf[r]; ok {
		return c
	}
	return '?'
}
