internal import CPCRE2
internal import Diagnostics
internal import Synchronization

/// A regular expression over UTF-8, checked and compiled.
///
/// The syntax is that of engines that run in linear time (`docs/expressions.md`): no look-around, no back-references, no
/// recursion. PCRE2 runs it, with a limit on the work for each text.
package final class Pattern: Sendable {
    /// The pattern as it was written.
    package let text: String
    /// The number of its groups, without the whole match.
    package let groupCount: Int
    /// The groups that have a name.
    package let groupNames: [String: Int]

    let library: PatternLibrary
    // Compiled once, and only read afterwards.
    nonisolated(unsafe) let code: OpaquePointer
    // Compiled once as well. It counts its work; the same pointer where there is nothing to count.
    nonisolated(unsafe) let countingCode: OpaquePointer
    private let idle = Mutex<[MatcherMemory]>([])

    /// Checks and compiles a pattern.
    ///
    /// - Throws: A code of the area `regex`: `regex.unavailable` without the library; else the first mistake.
    package init(_ text: String) throws(PatternFault) {
        var parser = PatternParser(text)
        let library = try PatternLibrary.shared()
        parser.version = library.version
        var counting = parser
        counting.countsWork = true
        let translated = try parser.parse()
        let counted = try counting.parse()
        self.text = text
        self.library = library
        groupCount = parser.groupCount
        groupNames = parser.groupNames
        let code = try Self.compile(translated, with: library, for: parser)
        self.code = code
        do throws(PatternFault) {
            countingCode = try counted == translated ? code : Self.compile(counted, with: library, for: parser)
        } catch {
            library.functions.pointee.codeFree(code)
            throw error
        }
        // Without it, as where memory may not be made executable, the same code is interpreted.
        _ = library.functions.pointee.jitCompile(code, UInt32(PCRE2_JIT_COMPLETE))
        guard countingCode != code else { return }
        _ = library.functions.pointee.jitCompile(countingCode, UInt32(PCRE2_JIT_COMPLETE))
    }

    private static func compile(
        _ translation: String,
        with library: PatternLibrary,
        for parser: PatternParser
    ) throws(PatternFault) -> OpaquePointer {
        do throws(PatternRefusal) {
            return try library.compile(translation).get()
        } catch {
            throw parser.properties.lazy.compactMap { library.fault(of: $0, because: error) }.first
                ?? PatternFault(
                    "regex.size",
                    message: "the pattern is too large",
                    hint: "repeat less, or split the pattern (\(error.words))"
                )
        }
    }

    deinit {
        idle.withLock { idle in
            for memory in idle { memory.free(with: library) }
            idle = []
        }
        if countingCode != code { library.functions.pointee.codeFree(countingCode) }
        library.functions.pointee.codeFree(code)
    }

    /// Lends a matcher, whose memory is kept for the next caller.
    package func withMatcher<Result, Failure: Error>(
        _ body: (inout PatternMatcher) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let memory = idle.withLock { $0.popLast() } ?? MatcherMemory(self)
        defer { idle.withLock { $0.append(memory) } }
        var matcher = PatternMatcher(self, memory: memory)
        return try body(&matcher)
    }
}

/// A pattern that the library does not compile.
struct PatternRefusal: Error {
    let code: Int32
    let words: String
}

extension PatternLibrary {
    func compile(_ pattern: String) -> Result<OpaquePointer, PatternRefusal> {
        let context = functions.pointee.compileContextCreate(nil)
        defer { functions.pointee.compileContextFree(context) }
        if let context { _ = functions.pointee.setNewline(context, UInt32(PCRE2_NEWLINE_LF)) }
        let options =
            PCRE2_UTF | PCRE2_UCP | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C | PCRE2_ALT_CIRCUMFLEX
        var code: Int32 = 0
        var offset = 0
        var bytes = Array(pattern.utf8)
        // The address of an empty array is not defined.
        bytes.append(0)
        let compiled = functions.pointee.compile(bytes, bytes.count - 1, options, &code, &offset, context)
        guard let compiled else { return .failure(PatternRefusal(code: code, words: words(for: code))) }
        return .success(compiled)
    }

    /// The fault of a property that the library does not know, if that is why it refused a pattern.
    func fault(of property: PatternParser.Property, because refusal: PatternRefusal) -> PatternFault? {
        guard [PCRE2_ERROR_UNKNOWN_PROPERTY, PCRE2_ERROR_MALFORMED_PROPERTY].contains(where: { $0 == refusal.code })
        else { return nil }
        switch compile(property.translation) {
        case .success(let code):
            functions.pointee.codeFree(code)
            return nil
        case .failure: return PatternParser.unknownProperty(at: property.range)
        }
    }
}
