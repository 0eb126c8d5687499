internal import Formats
internal import Glibc
internal import Synchronization

/// The JSON object of a command that a signal ends before it has answered, written by the signal handler.
///
/// A handler may neither allocate nor take a lock, so everything but the exit code is prepared when the command starts.
enum LastWords {
    /// The address of the prepared text, and the offset of the exit code in it; 0 if nothing is prepared.
    private static let address = Atomic<UInt>(0)
    private static let codeOffset = Atomic<Int>(0)
    private static let length = Atomic<Int>(0)
    /// Whether the object has been written, or is being written.
    private static let isClaimed = Atomic<Bool>(false)

    /// Prepares the object, and has the signals that end a program write it.
    ///
    /// - Parameters:
    ///   - verb: The verb of the command line; nil if it names none.
    ///   - version: The version of the object's format.
    static func prepare(verb: String?, version: Int) {
        let name = JSONResult.object { $0.member("verb", value: verb ?? "") }
        let member = verb == nil ? #""verb":null"# : String(name.dropFirst().dropLast())
        let start = Array(#"{"version":\#(version),\#(member),"ok":false,"exit":"#.utf8)
        let finding = """
            {"severity":"error","code":"command.interrupted","category":"environment","message":"a signal ended the command before it could answer"}
            """
        let text = start + Array("000,\"findings\":[\(finding)],\"result\":null}\n".utf8)
        // It is needed until the program ends.
        let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: text.count)
        bytes.initialize(from: text, count: text.count)
        length.store(text.count, ordering: .relaxed)
        codeOffset.store(start.count, ordering: .relaxed)
        isClaimed.store(false, ordering: .relaxed)
        address.store(UInt(bitPattern: bytes), ordering: .releasing)
        for number in EndingSignals.all {
            // With `nohup`, the program continues.
            if EndingSignals.isIgnored(number) { continue }
            Glibc.signal(number, speakAndDie)
        }
    }

    /// Claims the right to write the object.
    ///
    /// - Returns: Whether the caller has it: true once in a program.
    static func claim() -> Bool {
        isClaimed.compareExchange(expected: false, desired: true, ordering: .relaxed).exchanged
    }

    /// Writes the object, unless it has been written or none is wanted.
    ///
    /// A signal handler may call it.
    ///
    /// - Parameter code: The exit code of the program, from 100 to 999.
    static func speak(exit code: Int32) {
        let start = address.load(ordering: .acquiring)
        guard let bytes = UnsafeMutablePointer<UInt8>(bitPattern: start), claim() else { return }
        let digits = bytes + codeOffset.load(ordering: .relaxed)
        digits[0] = UInt8(truncatingIfNeeded: 48 + code / 100 % 10)
        digits[1] = UInt8(truncatingIfNeeded: 48 + code / 10 % 10)
        digits[2] = UInt8(truncatingIfNeeded: 48 + code % 10)
        var rest = UnsafePointer(bytes)
        var left = length.load(ordering: .relaxed)
        while left > 0 {
            let wrote = write(1, rest, left)
            guard wrote > 0 else { return }
            rest += wrote
            left -= wrote
        }
    }

    private static let speakAndDie: @convention(c) (Int32) -> Void = { number in
        speak(exit: 128 + number)
        // Delivered again when the handler returns, with the system's default action.
        Glibc.signal(number, SIG_DFL)
        raise(number)
    }
}
