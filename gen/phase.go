package gen

// phaseNames are the phases of schema/names.cue whose ids are no words for "during".
var phaseNames = map[string]string{
	"joining":           "the joining of a node",
	"job":               "a job",
	"disaster-recovery": "disaster recovery",
}

// PhaseName is what comes after "during" of a phase: "installation", "a job".
func PhaseName(phase string) string {
	if name := phaseNames[phase]; name != "" {
		return name
	}
	return phase
}
