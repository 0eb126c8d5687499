/// The candidate that `word` was probably meant to be, if one is near enough.
///
/// Near enough is an edit distance of at most a third of the longer word's length (at least one). A transposition of
/// two neighbouring letters counts as one edit; case, `-` and `_` are ignored. The first 64 letters of each word are
/// compared.
///
/// - Parameters:
///   - word: The word.
///   - candidates: The possible words.
///   - limit: The maximum number of candidates to compare: a file can define any number of names.
/// - Returns: The nearest candidate; nil if none is near enough.
public func suggestion(
    for word: String,
    among candidates: some Sequence<String>,
    atMost limit: Int = 500
) -> String? {
    let wanted = folded(word)
    var best: (candidate: String, distance: Int)?
    for candidate in candidates.lazy.prefix(limit) {
        let other = folded(candidate)
        let allowed = min(max(1, max(wanted.count, other.count) / 3), (best?.distance ?? .max) - 1)
        guard abs(wanted.count - other.count) <= allowed else { continue }
        guard let distance = editDistance(wanted, other, atMost: allowed) else { continue }
        best = (candidate, distance)
        if distance == 0 { break }
    }
    return best?.candidate
}

/// `did you mean 'x'?` for the nearest candidate; the list of candidates if none is near enough.
public func hint(for word: String, among candidates: [String]) -> String? {
    if let near = suggestion(for: word, among: candidates) { return "did you mean '\(near.shortened(to: 200))'?" }
    guard !candidates.isEmpty else { return nil }
    let shown = candidates.prefix(20).map { $0.shortened(to: 60) }.joined(separator: ", ")
    return "known: \(shown)" + (candidates.count > 20 ? ", …" : "")
}

private func folded(_ word: String) -> [Unicode.Scalar] {
    word.prefix(64).lowercased().unicodeScalars.map { $0 == "-" ? "_" : $0 }
}

/// The edit distance with transpositions of neighbours ("optimal string alignment"); nil if it is more than `most`.
private func editDistance(_ left: [Unicode.Scalar], _ right: [Unicode.Scalar], atMost most: Int) -> Int? {
    guard !left.isEmpty, !right.isEmpty else {
        let distance = max(left.count, right.count)
        return distance <= most ? distance : nil
    }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    var row = last
    var leastOfLast = 0
    for i in 1...left.count {
        row[0] = i
        var least = i
        for j in 1...right.count {
            let replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
            var distance = min(replaced, last[j] + 1, row[j - 1] + 1)
            if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
                distance = min(distance, beforeLast[j - 2] + 1)
            }
            row[j] = distance
            least = min(least, distance)
        }
        // Later rows are at least the minimum of the two rows above them.
        if min(least, leastOfLast) > most { return nil }
        leastOfLast = least
        (beforeLast, last, row) = (last, row, beforeLast)
    }
    return last[right.count] <= most ? last[right.count] : nil
}
