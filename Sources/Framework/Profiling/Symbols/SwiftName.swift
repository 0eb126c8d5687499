internal import CProfiling
internal import Glibc

/// Names of functions, as the linker knows them and as people do.
enum SwiftName {
    /// Where the suffix begins that marks a part of an async function, `TY3_` or `TQ3_`; nil for another name.
    static func asyncPart(of name: ArraySlice<UInt8>) -> Int? {
        // Those of C++ may end in the same way and mean something else.
        guard name.last == UInt8(ascii: "_"), !name.starts(with: "_Z".utf8) else { return nil }
        let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
        guard let mark = name.dropLast().lastIndex(where: { !digits.contains($0) }),
            name[mark] == UInt8(ascii: "Y") || name[mark] == UInt8(ascii: "Q"),
            mark > name.startIndex + 1, name[mark - 1] == UInt8(ascii: "T")
        else { return nil }
        return mark - 1
    }

    /// The name without the suffix that distinguishes the parts of one async function.
    static func whole(_ name: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let end = asyncPart(of: name) else { return name }
        return name[..<end]
    }

    /// The name for people, such as `CSVEncoder.append(_:of:)`; unchanged if it is not one of Swift or C++.
    static func demangled(_ name: ArraySlice<UInt8>) -> String {
        let plain = String(decoding: name, as: UTF8.self)
        guard name.starts(with: "$s".utf8) || name.starts(with: "_Z".utf8) else { return plain }
        // Names of C++ are read up to a zero, whatever the length.
        let text = plain.withCString { sprocket_demangle($0, plain.utf8.count) }
        guard let text else { return plain }
        defer { free(text) }
        return String(cString: text)
    }
}
