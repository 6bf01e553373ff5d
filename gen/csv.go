package gen

import "strings"

// Inert keeps a spreadsheet from taking a cell of CSV for a formula.
func Inert(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
