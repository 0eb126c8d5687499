/// Whole records of a JSON text, not decoded yet.
///
/// `JSONCutter` makes pages one after the other, which is fast; `JSONPageDecoder` decodes several at the same time.
package final class JSONPage: @unchecked Sendable {
    // Sendable: nothing changes after `init`, and the memory belongs to the page alone.

    /// Its text, followed by the zero bytes that a scanner needs.
    private let bytes: UnsafeMutablePointer<UInt8>
    private let range: Range<Int>
    /// The form of the text.
    package let form: JSONCutter.Form
    /// The most records that it can have: lines may be blank.
    package let recordCount: Int
    /// The number of the first line, or of the first record in a text without lines; counted from 1.
    package let firstNumber: Int

    init(
        adopting bytes: UnsafeMutablePointer<UInt8>,
        range: Range<Int>,
        form: JSONCutter.Form,
        recordCount: Int,
        firstNumber: Int
    ) {
        self.bytes = bytes
        self.range = range
        self.form = form
        self.recordCount = recordCount
        self.firstNumber = firstNumber
    }

    deinit { bytes.deallocate() }

    /// The size of its text in bytes.
    package var size: Int { range.count }

    /// The scanner of the text, valid during `body`.
    func withScanner<Answer>(_ body: (JSONScanner) -> Answer) -> Answer {
        body(JSONScanner(base: bytes + range.lowerBound, end: bytes + range.upperBound))
    }
}
