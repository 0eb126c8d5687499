/// A place within a JSON text: `a.b[0].c`, or `["a b"][0]` for keys with other signs.
package struct JSONPath: Sendable, Hashable {
    enum Step: Hashable, Sendable {
        case key([UInt8])
        case index(Int)
    }

    let steps: [Step]

    /// What is at a place.
    package enum Found: Equatable, Sendable {
        /// Nothing, or null.
        case nothing
        /// A string, with its escapes replaced.
        case string([UInt8])
        /// Any other value, as it is written.
        case value([UInt8])
        /// The text is not JSON.
        case damaged
    }

    /// Parses a path, with or without a leading `$` or `.`; nil if it is not one.
    package init?(_ text: String) {
        var rest = text.unicodeScalars[...]
        if rest.first == "$" { rest.removeFirst() }
        var steps: [Step] = []
        while let first = rest.first {
            if first == "[" {
                rest.removeFirst()
                if let quote = rest.first, quote == "\"" || quote == "'" {
                    rest.removeFirst()
                    let key = rest.prefix { $0 != quote }
                    rest = rest.dropFirst(key.count)
                    guard rest.popFirst() == quote, rest.popFirst() == "]" else { return nil }
                    steps.append(.key(Array(String(key).utf8)))
                } else {
                    let digits = rest.prefix { $0 != "]" }
                    rest = rest.dropFirst(digits.count)
                    guard rest.popFirst() == "]", let index = Int(String(digits)), index >= 0 else { return nil }
                    steps.append(.index(index))
                }
                continue
            }
            if first == "." { rest.removeFirst() } else if !steps.isEmpty { return nil }
            let key = rest.prefix { $0 != "." && $0 != "[" }
            guard !key.isEmpty else { return nil }
            rest = rest.dropFirst(key.count)
            steps.append(.key(Array(String(key).utf8)))
        }
        guard !steps.isEmpty else { return nil }
        self.steps = steps
    }

    /// Looks the place up in a text; of a key that an object has twice the last counts.
    package func look(in text: UnsafeBufferPointer<UInt8>) -> Found {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count + JSONScanner.padding) { copy in
            guard let start = copy.baseAddress else { return .damaged }
            if let source = text.baseAddress { start.initialize(from: source, count: text.count) }
            (start + text.count).initialize(repeating: 0, count: JSONScanner.padding)
            let scanner = JSONScanner(base: start, end: start + text.count)
            do throws(JSONStop) {
                let first = scanner.space(UnsafePointer(start))
                guard scanner.space(try scanner.skipValue(first, depth: 0)) == scanner.end else { return .damaged }
                return try look(from: first, in: scanner)
            } catch {
                // A text that is not JSON is one of the answers.
                return .damaged
            }
        }
    }

    private func look(from first: JSONScanner.Bytes, in scanner: JSONScanner) throws(JSONStop) -> Found {
        var p = first
        for step in steps {
            let next =
                switch step {
                case .key(let key): try scanner.value(of: key, at: p)
                case .index(let index): try scanner.element(index, at: p)
                }
            guard let next else { return .nothing }
            p = next
        }
        let end = try scanner.skipValue(p, depth: 0)
        switch p.pointee {
        case UInt8(ascii: "n"): return .nothing
        case UInt8(ascii: "\""):
            var text: [UInt8] = []
            try scanner.unescape(p + 1, to: end, into: &text)
            return .string(text)
        default: return .value(Array(UnsafeBufferPointer(start: p, count: end - p)))
        }
    }
}

extension JSONScanner {
    /// The value of a key of the object at `p`; nil if it is not an object with that key.
    fileprivate func value(of key: [UInt8], at p: Bytes) throws(JSONStop) -> Bytes? {
        guard p.pointee == UInt8(ascii: "{") else { return nil }
        var found: Bytes?
        var p = space(p + 1)
        while p.pointee == UInt8(ascii: "\"") {
            let end = try skipString(p + 1)
            let value = space(space(end) + 1)
            if try isKey(p + 1, to: end, key) { found = value }
            p = space(try skipValue(value, depth: 0))
            if p.pointee == UInt8(ascii: ",") { p = space(p + 1) }
        }
        return found
    }

    /// Whether a string, from the byte after its opening quote to the one after its closing quote, is a key.
    private func isKey(_ p: Bytes, to end: Bytes, _ key: [UInt8]) throws(JSONStop) -> Bool {
        let written = UnsafeBufferPointer(start: p, count: end - p - 1)
        guard written.contains(UInt8(ascii: "\\")) else { return written.elementsEqual(key) }
        var text: [UInt8] = []
        try unescape(p, to: end, into: &text)
        return text == key
    }

    /// An element of the array at `p`, counted from 0; nil if it is not an array that is long enough.
    fileprivate func element(_ index: Int, at p: Bytes) throws(JSONStop) -> Bytes? {
        guard p.pointee == UInt8(ascii: "[") else { return nil }
        var p = space(p + 1)
        var count = 0
        while p.pointee != UInt8(ascii: "]") {
            if count == index { return p }
            p = space(try skipValue(p, depth: 0))
            if p.pointee == UInt8(ascii: ",") { p = space(p + 1) }
            count += 1
        }
        return nil
    }
}
