/// JSON texts from the cells of a column, collected as lines for a `JSONPageDecoder`.
///
///     {"id":1}⏎{}⏎{"id":⏎       a text that is not valid ends with its line, and the next one is not affected
package struct JSONTexts {
    private var bytes: [UInt8] = []
    /// How many texts there are; each is one line, and lines are counted from 1.
    package private(set) var count = 0
    /// The text being cut, followed by the zero bytes that a scanner needs.
    private var padded: [UInt8] = []

    /// No texts.
    package init() {}

    /// Adds a text.
    ///
    /// A line end becomes a carriage return: as JSON that is whitespace as well, and within a string as invalid.
    package mutating func append(_ text: UnsafeBufferPointer<UInt8>) {
        append(contentsOf: text)
        end()
    }

    /// Adds an object without members, for a cell without a value.
    package mutating func appendEmptyObject() {
        bytes.append(UInt8(ascii: "{"))
        bytes.append(UInt8(ascii: "}"))
        end()
    }

    /// Adds the elements of a list, each as an object with one member.
    ///
    /// - Parameters:
    ///   - list: The text of the list.
    ///   - key: The name of the member, as JSON: with its quotes.
    ///   - most: How many elements are added at most; at one more, the rest of the list is not read.
    /// - Returns: How many elements there are; nil if the text is not a list, and then nothing was added.
    package mutating func append(
        elementsOf list: UnsafeBufferPointer<UInt8>,
        as key: [UInt8],
        atMost most: Int
    ) -> Int? {
        padded.removeAll(keepingCapacity: true)
        padded.append(contentsOf: list)
        padded.append(contentsOf: repeatElement(0, count: JSONScanner.padding))
        let (start, before) = (bytes.count, count)
        let text = padded
        let isList = text.withUnsafeBufferPointer { text -> Bool in
            guard let base = text.baseAddress else { return false }
            let scanner = JSONScanner(base: base, end: base + list.count)
            return (try? append(elementsOf: scanner, as: key, until: before + most)) ?? false
        }
        guard isList else {
            bytes.removeLast(bytes.count - start)
            count = before
            return nil
        }
        return count - before
    }

    private mutating func append(
        elementsOf scanner: JSONScanner,
        as key: [UInt8],
        until last: Int
    ) throws(JSONStop) -> Bool {
        var p = scanner.space(scanner.base)
        guard p.pointee == UInt8(ascii: "[") else { return false }
        p = scanner.space(p + 1)
        while p.pointee != UInt8(ascii: "]") {
            let end = try scanner.skipValue(p, depth: 1)
            bytes.append(UInt8(ascii: "{"))
            bytes.append(contentsOf: key)
            bytes.append(UInt8(ascii: ":"))
            append(contentsOf: UnsafeBufferPointer(start: p, count: end - p))
            bytes.append(UInt8(ascii: "}"))
            self.end()
            guard count <= last else { return true }
            p = scanner.space(end)
            guard p.pointee == UInt8(ascii: ",") else { break }
            p = scanner.space(p + 1)
            guard p.pointee != UInt8(ascii: "]") else { return false }
        }
        return p.pointee == UInt8(ascii: "]") && scanner.space(p + 1) >= scanner.end
    }

    private mutating func append(contentsOf text: UnsafeBufferPointer<UInt8>) {
        let start = bytes.count
        bytes.append(contentsOf: text)
        for index in start..<bytes.count where bytes[index] == 0x0A { bytes[index] = 0x0D }
    }

    private mutating func end() {
        bytes.append(0x0A)
        count += 1
    }

    /// The texts as a page of lines.
    package func page() -> JSONPage {
        let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: bytes.count + JSONScanner.padding)
        bytes.withUnsafeBufferPointer { bytes in
            if let base = bytes.baseAddress { copy.initialize(from: base, count: bytes.count) }
        }
        (copy + bytes.count).initialize(repeating: 0, count: JSONScanner.padding)
        return JSONPage(adopting: copy, range: 0..<bytes.count, form: .lines, recordCount: count, firstNumber: 1)
    }
}
