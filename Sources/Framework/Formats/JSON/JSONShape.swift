/// The keys of a sample of records, and what kinds of values they have.
///
///     {"id": 1, "movie": {"title": "Alien", "ids": {"tmdb": 348}}}     id, movie.title, movie.ids.tmdb
///
/// An object becomes one value for each of its keys, in the order in which they first occur. A value that is an object
/// in some records only stays one value.
package struct JSONShape: Sendable {
    /// The kinds of values in JSON.
    package struct Kinds: OptionSet, Sendable, Hashable {
        package let rawValue: UInt8

        package init(rawValue: UInt8) { self.rawValue = rawValue }

        /// A string.
        package static let string = Kinds(rawValue: 1)
        /// A number.
        package static let number = Kinds(rawValue: 2)
        /// `true` or `false`.
        package static let boolean = Kinds(rawValue: 4)
        /// A list.
        package static let list = Kinds(rawValue: 8)
        /// An object.
        package static let object = Kinds(rawValue: 16)
    }

    /// A value that is not divided any further.
    package struct Leaf: Sendable, Hashable {
        /// The keys down to it; empty for records that are not objects.
        package let path: [String]
        /// The kinds of the values, apart from null.
        package let kinds: Kinds
        /// The guess from its strings, numbers or booleans.
        package let guess: KindGuess
    }

    private struct Node: Sendable {
        var children: [(key: [UInt8], node: Int)] = []
        var places: [[UInt8]: Int] = [:]
        var kinds: Kinds = []
        var guess: KindGuess
    }

    private var nodes: [Node]
    private let guess: KindGuess
    private let nulls: [[UInt8]]
    /// The number of records in the sample.
    package private(set) var recordCount = 0
    /// Whether there were more different keys than are kept.
    package private(set) var hasTooManyKeys = false

    /// The most keys that are kept.
    package static let mostKeys = 2000
    /// The most levels of objects that are divided.
    private static let deepest = 32

    /// A shape without records.
    ///
    /// - Parameters:
    ///   - guess: A guess without values, with the options for texts.
    ///   - nulls: The texts that mean null.
    package init(_ guess: KindGuess = KindGuess(), nulls: [String] = []) {
        self.guess = guess
        self.nulls = nulls.map { Array($0.utf8) }
        nodes = [Node(guess: guess)]
    }

    /// Adds the records of a page; those that are damaged are left out.
    ///
    /// - Parameters:
    ///   - page: The page.
    ///   - limit: The most records.
    package mutating func add(_ page: JSONPage, atMost limit: Int) {
        var scratch: [UInt8] = []
        page.withScanner { scanner in
            var p = scanner.base
            var left = limit
            while left > 0 {
                p = scanner.space(p)
                if page.form == .values, p.pointee == UInt8(ascii: ",") { p = scanner.space(p + 1) }
                guard p < scanner.end, let end = JSONShape.end(of: p, in: scanner, form: page.form) else { return }
                if let next = end.next {
                    // The record is intact, so nothing throws.
                    _ = try? add(p, to: 0, depth: 0, scanner: scanner, scratch: &scratch)
                    recordCount += 1
                    p = next
                } else {
                    p = end.line
                }
                left -= 1
            }
        }
    }

    /// The end of a record, and of its line; nil if nothing follows.
    private static func end(
        of p: JSONScanner.Bytes,
        in scanner: JSONScanner,
        form: JSONCutter.Form
    ) -> (next: JSONScanner.Bytes?, line: JSONScanner.Bytes)? {
        let next = try? scanner.skipValue(p, depth: 0)
        guard form == .lines else { return next.map { ($0, $0) } }
        var line = p
        while line < scanner.end, line.pointee != 0x0A { line += 1 }
        guard let next, next <= line, scanner.space(next) >= line else { return (nil, line) }
        return (next, line)
    }

    private mutating func add(
        _ p: JSONScanner.Bytes,
        to node: Int,
        depth: Int,
        scanner: JSONScanner,
        scratch: inout [UInt8]
    ) throws(JSONStop) -> JSONScanner.Bytes {
        switch p.pointee {
        case UInt8(ascii: "{"):
            nodes[node].kinds.insert(.object)
            guard depth < Self.deepest else { return try scanner.skipValue(p, depth: depth) }
            return try members(p, of: node, depth: depth, scanner: scanner, scratch: &scratch)
        case UInt8(ascii: "["):
            nodes[node].kinds.insert(.list)
            return try scanner.skipValue(p, depth: depth)
        case UInt8(ascii: "\""):
            let end = try scanner.skipString(p + 1)
            try scanner.unescape(p + 1, to: end, into: &scratch)
            guard !nulls.contains(scratch) else { return end }
            nodes[node].kinds.insert(.string)
            scratch.withUnsafeBufferPointer { nodes[node].guess.add($0) }
            return end
        case UInt8(ascii: "n"): return try scanner.literal(p)
        case let byte:
            let isBoolean = byte == UInt8(ascii: "t") || byte == UInt8(ascii: "f")
            nodes[node].kinds.insert(isBoolean ? .boolean : .number)
            let end = try scanner.skipValue(p, depth: depth)
            nodes[node].guess.add(UnsafeBufferPointer(start: p, count: end - p))
            return end
        }
    }

    private mutating func members(
        _ start: JSONScanner.Bytes,
        of node: Int,
        depth: Int,
        scanner: JSONScanner,
        scratch: inout [UInt8]
    ) throws(JSONStop) -> JSONScanner.Bytes {
        var p = scanner.space(start + 1)
        if p.pointee == UInt8(ascii: "}") { return p + 1 }
        while true {
            guard p.pointee == UInt8(ascii: "\"") else { throw scanner.stop(.key, at: p) }
            let end = try scanner.skipString(p + 1)
            try scanner.unescape(p + 1, to: end, into: &scratch)
            let child = child(scratch, of: node)
            // After the colon.
            p = scanner.space(scanner.space(end) + 1)
            if let child {
                p = try add(p, to: child, depth: depth + 1, scanner: scanner, scratch: &scratch)
            } else {
                p = try scanner.skipValue(p, depth: depth)
            }
            p = scanner.space(p)
            guard p.pointee == UInt8(ascii: ",") else { return p + 1 }
            p = scanner.space(p + 1)
        }
    }

    private mutating func child(_ key: [UInt8], of node: Int) -> Int? {
        if let known = nodes[node].places[key] { return known }
        guard nodes.count <= Self.mostKeys else {
            hasTooManyKeys = true
            return nil
        }
        let child = nodes.count
        nodes.append(Node(guess: guess))
        nodes[node].children.append((key, child))
        nodes[node].places[key] = child
        return child
    }

    // MARK: The result

    /// The values of a record, in the order in which they first occur.
    package var leaves: [Leaf] {
        var leaves: [Leaf] = []
        guard nodes[0].kinds.isEmpty || nodes[0].kinds.contains(.object) else {
            return [Leaf(path: [], kinds: nodes[0].kinds, guess: nodes[0].guess)]
        }
        // Records that are not objects are rejected if others are.
        for (key, child) in nodes[0].children { collect(child, path: [Self.text(key)], into: &leaves) }
        return leaves
    }

    private func collect(_ node: Int, path: [String], into leaves: inout [Leaf]) {
        guard nodes[node].kinds == .object, !nodes[node].children.isEmpty else {
            leaves.append(Leaf(path: path, kinds: nodes[node].kinds, guess: nodes[node].guess))
            return
        }
        for (key, child) in nodes[node].children { collect(child, path: path + [Self.text(key)], into: &leaves) }
    }

    /// Whether a path leads to a value in one of the records, or to an object.
    package func has(_ path: [String]) -> Bool {
        var node = 0
        for key in path {
            guard let child = nodes[node].places[Array(key.utf8)] else { return false }
            node = child
        }
        return true
    }

    private static func text(_ key: [UInt8]) -> String { String(decoding: key, as: UTF8.self) }
}
