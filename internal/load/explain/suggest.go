package explain

// didYouMean returns a hint with the id that was probably meant; "" if there is none.
func didYouMean(id string) string {
	if id == "" {
		return ""
	}
	return "did you mean " + id + "?"
}
