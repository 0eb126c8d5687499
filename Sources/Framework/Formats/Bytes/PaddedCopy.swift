/// A copy of a text after which sixteen bytes can be read, for texts that do not lie in a heap.
enum PaddedCopy {
    /// Passes a copy of a text, followed by sixteen bytes, to `body`.
    @inline(__always)
    static func with<Answer>(
        _ text: UnsafeBufferPointer<UInt8>,
        _ body: (UnsafePointer<UInt8>) -> Answer
    ) -> Answer {
        // On the stack, if it is short.
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count + 16) { copy in
            let start = copy.baseAddress.unsafelyUnwrapped
            if let source = text.baseAddress { start.update(from: source, count: text.count) }
            (start + text.count).update(repeating: 0, count: 16)
            return body(UnsafePointer(start))
        }
    }
}
