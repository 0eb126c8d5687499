/// Knows which request meets which fault.
struct FaultBook {
    private var entries: [Entry]

    private struct Entry {
        let fault: Fault
        /// Requests that matched.
        var matched = 0
        /// Addresses that met it.
        var met: Set<String> = []
    }

    init(_ faults: [Fault]) { entries = faults.map { Entry(fault: $0) } }

    /// Adds a fault behind the others.
    mutating func add(_ fault: Fault) { entries.append(Entry(fault: fault)) }

    /// Forgets all faults.
    mutating func removeAll() { entries = [] }

    /// The fault that a request meets: the first that wants it.
    mutating func fault(path: String, target: String) -> Fault? {
        var found: Fault?
        for index in entries.indices {
            let fault = entries[index].fault
            guard fault.path.map({ PathPattern($0).matches(path) }) ?? !path.hasPrefix("/oauth/") else { continue }
            entries[index].matched += 1
            guard found == nil, chooses(fault, entries[index].matched, target) else { continue }
            if fault.once, !entries[index].met.insert(target).inserted { continue }
            found = fault
        }
        return found
    }

    private func chooses(_ fault: Fault, _ place: Int, _ target: String) -> Bool {
        switch fault.choice {
        case .all: true
        case .request(let number): place == number
        case .every(let step): place % step == 0
        case .share(let share, let seed): Double(Self.hash(target, seed) >> 11) / Double(1 << 53) < share
        }
    }

    /// FNV-1a with the seed in front, stirred as in SplitMix64: the same on every machine.
    private static func hash(_ text: String, _ seed: UInt64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ (seed &* 0x9E37_79B9_7F4A_7C15)
        for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        hash = (hash ^ (hash >> 30)) &* 0xBF58_476D_1CE4_E5B9
        hash = (hash ^ (hash >> 27)) &* 0x94D0_49BB_1331_11EB
        return hash ^ (hash >> 31)
    }
}

/// A path in which `*` stands for anything.
struct PathPattern {
    private let pieces: [Substring]

    init(_ text: String) { pieces = text.split(separator: "*", omittingEmptySubsequences: false) }

    /// Whether a whole path is like this.
    func matches(_ path: String) -> Bool {
        var rest = path[...]
        for (index, piece) in pieces.enumerated() {
            if index == 0 {
                guard rest.hasPrefix(piece) else { return false }
                rest = rest.dropFirst(piece.count)
            } else if index == pieces.count - 1 {
                return rest.hasSuffix(piece)
            } else {
                guard let found = Self.find(piece, in: rest) else { return false }
                rest = rest[found...].dropFirst(piece.count)
            }
        }
        return rest.isEmpty
    }

    private static func find(_ piece: Substring, in text: Substring) -> Substring.Index? {
        guard !piece.isEmpty else { return text.startIndex }
        return text.indices.first { text[$0...].hasPrefix(piece) }
    }
}
