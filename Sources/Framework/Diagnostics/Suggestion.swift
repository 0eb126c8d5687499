/// The candidate that `word` was probably meant to be, if one is near enough.
///
/// Near enough is an edit distance of at most a third of the longer word's length (at least one); swapping two
/// neighbouring letters counts as one edit, and case, `-` and `_` count for nothing.
public func suggestion(for word: String, among candidates: some Sequence<String>) -> String? {
    let wanted = folded(word)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates {
        let other = folded(candidate)
        let allowed = max(1, max(wanted.count, other.count) / 3)
        let distance = editDistance(wanted, other)
        guard distance <= allowed, distance < best?.distance ?? .max else { continue }
        best = (candidate, distance)
    }
    return best?.candidate
}

/// `did you mean 'x'?` for the nearest candidate; if none is near, the list of them.
public func hint(for word: String, among candidates: [String]) -> String? {
    if let near = suggestion(for: word, among: candidates) { return "did you mean '\(near)'?" }
    guard !candidates.isEmpty else { return nil }
    let shown = candidates.prefix(20).joined(separator: ", ")
    return "known: \(shown)" + (candidates.count > 20 ? ", …" : "")
}

private func folded(_ word: String) -> [Unicode.Scalar] {
    word.prefix(64).lowercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }
}

/// Damerau's distance with neighbouring transpositions ("optimal string alignment").
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar]) -> Int {
    guard !left.isEmpty, !right.isEmpty else { return max(left.count, right.count) }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    for i in 1...left.count {
        var row = [i] + [Int](repeating: 0, count: right.count)
        for j in 1...right.count {
            let replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
            row[j] = min(replaced, last[j] + 1, row[j - 1] + 1)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                row[j] = min(row[j], beforeLast[j - 2] + 1)
            }
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}
