internal import CPCRE2

/// A text on which the work that is allowed for a match was not enough.
package enum PatternLimit: Error, Sendable { case reached }

/// Looks for a pattern in texts, one after the other.
package struct PatternMatcher: ~Copyable {
    private let pattern: Pattern
    private let memory: MatcherMemory
    private let offsets: UnsafeMutablePointer<Int>
    private let match: Match
    private var hasMatch = false

    private typealias Match =
        @convention(c) (
            OpaquePointer, UnsafePointer<UInt8>, Int, Int, UInt32, OpaquePointer, OpaquePointer?
        ) -> Int32

    init(_ pattern: Pattern, memory: MatcherMemory) {
        self.pattern = pattern
        self.memory = memory
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
        memory.begin(text.count, of: pattern)
        return try search(text, from: start)
    }

    /// The same within the work that is left for the text.
    private mutating func search(_ text: UnsafeBufferPointer<UInt8>, from start: Int) throws(PatternLimit) -> Bool {
        var result = Int32(PCRE2_ERROR_MATCHLIMIT)
        if text.count <= MatcherMemory.longestUsual { result = run(pattern.code, on: text, from: start) }
        // A search that may take long is counted.
        if result == Int32(PCRE2_ERROR_MATCHLIMIT) { result = run(pattern.countingCode, on: text, from: start) }
        hasMatch = result > 0
        guard result > 0 || result == PCRE2_ERROR_NOMATCH else { throw .reached }
        return hasMatch
    }

    @inline(__always)
    private func run(_ code: OpaquePointer, on text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int32 {
        var nothing: UInt8 = 0
        return withUnsafePointer(to: &nothing) { nothing in
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
        body: (borrowing PatternMatcher, Range<Int>) throws(Failure) -> Void
    ) throws(Failure) -> PatternLimit? {
        memory.begin(text.count, of: pattern)
        var start = first
        var end = -1
        var count = 0
        while start <= text.count, count < limit {
            do throws(PatternLimit) {
                guard try search(text, from: start) else { return nil }
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
    private let work: UnsafeMutablePointer<PatternWork>

    /// Texts that are longer have their work counted from the start.
    static let longestUsual = 256
    /// The steps of the library for a short text; it counts them for each place at which a match may begin.
    private static let mostSteps = 400_000
    /// What is counted for a text: a repetition or an alternative that was tried, and 16 bytes that it passed over.
    private static let mostWork = 200_000

    init(_ pattern: Pattern) {
        let functions = pattern.library.functions
        guard let data = functions.pointee.matchDataCreateFromPattern(pattern.code, nil) else {
            preconditionFailure("there is no memory left")
        }
        self.data = data
        work = .allocate(capacity: 1)
        work.initialize(to: PatternWork())
        context = functions.pointee.matchContextCreate(nil)
        stack = functions.pointee.jitStackCreate(32 << 10, 8 << 20, nil)
        guard let context else { return }
        functions.pointee.jitStackAssign(context, nil, stack.map { UnsafeMutableRawPointer($0) })
        _ = functions.pointee.setCallout(
            context,
            { callout, work in
                guard let work = work?.assumingMemoryBound(to: PatternWork.self) else { return 0 }
                return work.pointee.count(callout.pointee.position, start: callout.pointee.start)
            },
            work
        )
    }

    /// Allows the work for a text of this length in bytes, whatever the number of searches.
    @inline(__always)
    func begin(_ length: Int, of pattern: Pattern) {
        work.pointee = PatternWork(left: max(Self.mostWork, 4 * length))
        guard let context else { return }
        let steps = length <= Self.longestUsual ? Self.mostSteps / (length + 1) : Self.mostSteps
        _ = pattern.library.functions.pointee.setMatchLimit(context, UInt32(truncatingIfNeeded: steps))
    }

    func free(with library: PatternLibrary) {
        library.functions.pointee.matchDataFree(data)
        library.functions.pointee.matchContextFree(context)
        library.functions.pointee.jitStackFree(stack)
        work.deallocate()
    }
}

/// The work for a text, counted at some places of a pattern each time that the library comes to one.
private struct PatternWork {
    var left = 0
    private var start = -1
    private var position = 0

    init(left: Int = 0) { self.left = left }

    /// Counts one step, and the bytes since the last one; the number that ends the search if no work is left.
    mutating func count(_ place: Int, start: Int) -> Int32 {
        // Another attempt to match begins there.
        if start != self.start { (self.start, position) = (start, start) }
        left &-= 1 &+ max(0, place &- position) &>> 4
        position = place
        return left < 0 ? Int32(PCRE2_ERROR_CALLOUT) : 0
    }
}
