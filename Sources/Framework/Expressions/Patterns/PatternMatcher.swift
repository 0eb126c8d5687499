internal import CPCRE2

/// A text on which the work that is allowed for a match was not enough.
package enum PatternLimit: Error, Sendable { case reached }

/// Looks for a pattern in texts, one after the other.
package struct PatternMatcher: ~Copyable {
    private let pattern: Pattern
    private let memory: MatcherMemory
    private let offsets: UnsafeMutablePointer<Int>
    private let code: OpaquePointer
    private let match: Match
    private var hasMatch = false

    private typealias Match =
        @convention(c) (
            OpaquePointer, UnsafePointer<UInt8>, Int, Int, UInt32, OpaquePointer, OpaquePointer?
        ) -> Int32

    init(_ pattern: Pattern, memory: MatcherMemory) {
        self.pattern = pattern
        self.memory = memory
        code = pattern.code
        let functions = pattern.library.functions
        match = functions.pointee.match
        offsets = UnsafeMutableRawPointer(functions.pointee.getOvectorPointer(memory.data))
            .assumingMemoryBound(to: Int.self)
    }

    /// Finds the first match.
    ///
    /// - Parameters:
    ///   - text: Valid UTF-8.
    ///   - start: Where to begin, a boundary of two code points; what precedes it is looked at by `^` and `\b` only.
    /// - Returns: Whether there is one.
    /// - Throws: If the limit is reached before that is known.
    package mutating func find(in text: UnsafeBufferPointer<UInt8>, from start: Int = 0) throws(PatternLimit) -> Bool {
        if text.count > MatcherMemory.longestUsual { memory.allow(text.count, of: pattern) }
        defer { if text.count > MatcherMemory.longestUsual { memory.allow(0, of: pattern) } }
        var nothing: UInt8 = 0
        let result = withUnsafePointer(to: &nothing) { nothing in
            match(
                code,
                text.baseAddress ?? nothing,
                text.count,
                start,
                PCRE2_NO_UTF_CHECK,
                memory.data,
                memory.context
            )
        }
        hasMatch = result > 0
        guard result > 0 || result == PCRE2_ERROR_NOMATCH else { throw .reached }
        return hasMatch
    }

    /// Finds the first match.
    package mutating func find(in text: Span<UInt8>, from start: Int = 0) throws(PatternLimit) -> Bool {
        try text.withUnsafeBufferPointer { (text) throws(PatternLimit) in try find(in: text, from: start) }
    }

    /// The place of a group in the last match, 0 is the match; nil if the group has no part in it.
    package func range(of group: Int) -> Range<Int>? {
        guard hasMatch, 0...pattern.groupCount ~= group else { return nil }
        let (from, to) = (offsets[2 * group], offsets[2 * group + 1])
        // All bits are set where there is none.
        return from >= 0 && from <= to ? from..<to : nil
    }

    /// Calls `body` for each match, from left to right, none overlapping another.
    ///
    /// An empty match directly after another match does not count.
    package mutating func forEachMatch<Failure: Error>(
        in text: UnsafeBufferPointer<UInt8>,
        from first: Int = 0,
        atMost limit: Int = .max,
        _ body: (borrowing PatternMatcher, Range<Int>) throws(Failure) -> Void
    ) throws(Failure) -> PatternLimit? {
        var start = first
        var end = -1
        var count = 0
        while start <= text.count, count < limit {
            do throws(PatternLimit) {
                guard try find(in: text, from: start) else { return nil }
            } catch {
                return error
            }
            guard let match = range(of: 0) else { return nil }
            if match.isEmpty {
                start = match.upperBound + 1
                while start < text.count, text[start] & 0xC0 == 0x80 { start += 1 }
                if match.upperBound == end { continue }
            } else {
                start = match.upperBound
            }
            end = match.upperBound
            count += 1
            try body(self, match)
        }
        return nil
    }
}

/// What the library needs for one match after the other.
// Belongs either to the list of idle ones, which is locked, or to the one matcher that has taken it.
struct MatcherMemory: @unchecked Sendable {
    let data: OpaquePointer
    let context: OpaquePointer?
    let stack: OpaquePointer?

    /// The work for a text, in steps of the library: it takes about 2 ms.
    private static let mostSteps = 400_000
    /// Texts that are longer have four steps for each byte.
    static let longestUsual = mostSteps / 4

    init(_ pattern: Pattern) {
        let functions = pattern.library.functions
        guard let data = functions.pointee.matchDataCreateFromPattern(pattern.code, nil) else {
            preconditionFailure("there is no memory left")
        }
        self.data = data
        context = functions.pointee.matchContextCreate(nil)
        stack = functions.pointee.jitStackCreate(32 << 10, 8 << 20, nil)
        allow(0, of: pattern)
        guard let context else { return }
        functions.pointee.jitStackAssign(context, nil, stack.map { UnsafeMutableRawPointer($0) })
    }

    /// Sets the limit for texts of this length in bytes.
    func allow(_ length: Int, of pattern: Pattern) {
        guard let context else { return }
        let steps = UInt32(clamping: max(Self.mostSteps, 4 * min(length, 1 << 32)))
        _ = pattern.library.functions.pointee.setMatchLimit(context, steps)
    }

    func free(with library: PatternLibrary) {
        library.functions.pointee.matchDataFree(data)
        library.functions.pointee.matchContextFree(context)
        library.functions.pointee.jitStackFree(stack)
    }
}
