internal import CPCRE2
internal import Diagnostics
internal import Glibc

/// The system's PCRE2 for UTF-8, loaded when the first pattern is compiled.
struct PatternLibrary: Sendable {
    /// Its name in distributions.
    private static let name = "libpcre2-8.so.0"

    /// The members of `PCRE2Functions`, without the suffix `_8`.
    private static let functionNames = [
        "pcre2_config", "pcre2_get_error_message", "pcre2_compile_context_create", "pcre2_compile_context_free",
        "pcre2_set_newline", "pcre2_compile", "pcre2_code_free", "pcre2_jit_compile", "pcre2_match_context_create",
        "pcre2_match_context_free", "pcre2_set_match_limit", "pcre2_jit_stack_create", "pcre2_jit_stack_free",
        "pcre2_jit_stack_assign", "pcre2_match_data_create_from_pattern", "pcre2_match_data_free", "pcre2_match",
        "pcre2_get_ovector_pointer", "pcre2_set_callout",
    ]

    // The table is complete before it is shared, and neither changed nor freed afterwards.
    nonisolated(unsafe) let functions: UnsafePointer<PCRE2Functions>
    /// Major and minor version, such as 10 and 42.
    let version: (Int, Int)

    private static let loaded: Result<PatternLibrary, PatternFault> = load(name)

    /// The library of this process.
    ///
    /// - Throws: `regex.unavailable`, with the packages that contain it.
    static func shared() throws(PatternFault) -> PatternLibrary { try loaded.get() }

    /// Loads the library with a name.
    static func load(_ name: String) -> Result<PatternLibrary, PatternFault> {
        guard let library = dlopen(name, RTLD_NOW | RTLD_LOCAL) else {
            return .failure(unavailable("the library \(name) is not installed"))
        }
        precondition(MemoryLayout<PCRE2Functions>.size == functionNames.count * MemoryLayout<Int>.size)
        let table = UnsafeMutableBufferPointer<UnsafeMutableRawPointer>.allocate(capacity: functionNames.count)
        for (index, function) in functionNames.enumerated() {
            guard let address = dlsym(library, function + "_8") else {
                table.deallocate()
                return .failure(unavailable("the library \(name) lacks \(function)_8; version 10.30 and later have it"))
            }
            table.initializeElement(at: index, to: address)
        }
        guard let start = UnsafeRawPointer(table.baseAddress) else { preconditionFailure("no functions are named") }
        let functions = start.assumingMemoryBound(to: PCRE2Functions.self)
        return .success(PatternLibrary(functions: functions, version: version(functions)))
    }

    private static func version(_ functions: UnsafePointer<PCRE2Functions>) -> (Int, Int) {
        // "10.42 2022-12-11"
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 64) { room in
            room.initialize(repeating: 0)
            guard let start = room.baseAddress,
                functions.pointee.config(UInt32(PCRE2_CONFIG_VERSION), nil) <= room.count,
                functions.pointee.config(UInt32(PCRE2_CONFIG_VERSION), start) > 0
            else { return "" }
            return String(cString: start)
        }
        let numbers = text.prefix { $0 != " " }.split(separator: ".").map { Int($0.prefix { $0.isNumber }) ?? 0 }
        return (numbers.first ?? 0, numbers.count > 1 ? numbers[1] : 0)
    }

    private static func unavailable(_ words: String) -> PatternFault {
        PatternFault(
            "regex.unavailable",
            message: "regular expressions are not available: \(words)",
            hint: "install the package that contains it: libpcre2-8-0 of Debian and Ubuntu, pcre2 of Fedora and Alpine"
        )
    }

    /// The library's description of an error.
    func words(for code: Int32) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 256) { room in
            guard let start = room.baseAddress else { return "" }
            let count = functions.pointee.getErrorMessage(code, start, room.count)
            return String(decoding: room[..<Int(max(0, count))], as: UTF8.self)
        }
    }
}
