package gen

// phaseNames are the phases of schema/names.cue whose ids cannot be used after "during".
var phaseNames = map[string]string{
	"joining":           "the joining of a node",
	"job":               "a job",
	"disaster-recovery": "disaster recovery",
}

// PhaseName returns the name of a phase for use after "during": "installation", "a job".
func PhaseName(phase string) string {
	if name := phaseNames[phase]; name != "" {
		return name
	}
	return phase
}
