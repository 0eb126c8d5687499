internal import Glibc

/// The content of a field: without quotes and escape signs.
struct CSVCell: Sendable {
    private let scanner: CSVScanner
    private let quote: UInt8?
    private let escape: UInt8?
    /// Whether two quotes stand for one.
    private let isDoubled: Bool

    init(_ syntax: CSVSyntax) {
        scanner = CSVScanner(syntax)
        quote = syntax.quote
        if case .sign(let sign) = syntax.escape { escape = sign } else { escape = nil }
        isDoubled = syntax.escape != .none
    }

    /// Whether the content of a field may differ from the field.
    @inline(__always)
    func isCoded(_ field: UnsafeBufferPointer<UInt8>) -> Bool { escape != nil || field.first == quote }

    /// Whether a field is quoted.
    @inline(__always)
    func isQuoted(_ field: UnsafeBufferPointer<UInt8>) -> Bool { quote != nil && field.first == quote }

    /// Passes the content of a field to `body`.
    ///
    /// - Parameters:
    ///   - field: The field of a record without a fault.
    ///   - scratch: Where a content is put together that is not a part of the field.
    ///   - body: Uses the content. Like the field, it is followed by at least sixteen more bytes that can be read.
    /// - Returns: What `body` returns.
    @inline(__always)
    func withContent<Result>(
        of field: UnsafeBufferPointer<UInt8>,
        scratch: inout [UInt8],
        body: (UnsafeBufferPointer<UInt8>) -> Result
    ) -> Result {
        guard isCoded(field) else { return body(field) }
        let isQuoted = isQuoted(field)
        let inner =
            isQuoted ? UnsafeBufferPointer(rebasing: field[1..<max(1, field.count - 1)]) : field
        guard hasCodes(inner, isQuoted: isQuoted) else { return body(inner) }
        if scratch.count < inner.count + 16 { scratch = Array(repeating: 0, count: 2 * inner.count + 64) }
        return scratch.withUnsafeMutableBufferPointer { buffer in
            let count = decode(inner, isQuoted: isQuoted, to: buffer.baseAddress.unsafelyUnwrapped)
            return body(UnsafeBufferPointer(start: buffer.baseAddress, count: count))
        }
    }

    /// Whether a content has signs that stand for others.
    private func hasCodes(_ inner: UnsafeBufferPointer<UInt8>, isQuoted: Bool) -> Bool {
        guard let base = inner.baseAddress else { return false }
        if let quote, isQuoted, isDoubled, memchr(base, Int32(quote), inner.count) != nil { return true }
        if let escape { return memchr(base, Int32(escape), inner.count) != nil }
        return false
    }

    /// Writes a content without the signs before others, and returns its length.
    private func decode(
        _ inner: UnsafeBufferPointer<UInt8>,
        isQuoted: Bool,
        to text: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var count = 0
        var p = 0
        while p < inner.count {
            let byte = inner[p]
            if p &+ 1 < inner.count, byte == escape ? scanner.isProtected(inner[p &+ 1]) : isQuoted && byte == quote {
                p &+= 1
            }
            text[count] = inner[p]
            count &+= 1
            p &+= 1
        }
        return count
    }

    /// The content of a field as text.
    func text(of field: UnsafeBufferPointer<UInt8>) -> String {
        var scratch: [UInt8] = []
        return withContent(of: field, scratch: &scratch) { String(decoding: $0, as: UTF8.self) }
    }
}
