package gen

// Together groups items by a key. Groups are in the order of their first items, and the items of
// a group are in the order of the list.
func Together[T any, K comparable](list []T, key func(T) K) [][]T {
	var all [][]T
	place := make(map[K]int)
	for _, x := range list {
		k := key(x)
		at, ok := place[k]
		if !ok {
			at = len(all)
			place[k] = at
			all = append(all, nil)
		}
		all[at] = append(all[at], x)
	}
	return all
}
