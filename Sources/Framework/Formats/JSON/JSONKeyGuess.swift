/// The key last seen at one position of an object, prepared for comparison in three steps.
///
/// Objects of one kind have their keys in the same order, so the next key can be predicted: `"watched_at":` is compared
/// as three words of eight bytes, and the guess includes what to do with its value.
struct JSONKeyGuess: BitwiseCopyable {
    /// The bytes of the key with its quotes and the colon, followed by zeros.
    private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    private var masks: (UInt64, UInt64, UInt64) = (0, 0, 0)
    /// How many bytes to advance if it is right; 0 if there is no guess yet.
    private(set) var length = 0
    /// The node of the key, or `unwanted`.
    private(set) var node = JSONKeyGuess.unwanted

    static let unwanted = -1
    /// How many keys of an object are stored.
    static let perNode = 24
    /// The maximum length of a stored key, with quotes and colon.
    static let longest = 24

    init() {}

    /// Creates a guess.
    ///
    /// - Parameters:
    ///   - text: A key with its quotes and the colon, of at most `longest` bytes.
    ///   - node: The node of the key.
    init(_ text: UnsafeBufferPointer<UInt8>, node: Int) {
        func word(_ index: Int) -> (UInt64, UInt64) {
            var word: UInt64 = 0
            var mask: UInt64 = 0
            for byte in index * 8..<min(index * 8 + 8, max(text.count, index * 8)) {
                word |= UInt64(text[byte]) << UInt64(byte % 8 * 8)
                mask |= 0xFF << UInt64(byte % 8 * 8)
            }
            return (word, mask)
        }
        (words.0, masks.0) = word(0)
        (words.1, masks.1) = word(1)
        (words.2, masks.2) = word(2)
        length = text.count
        self.node = node
    }

    /// Whether the key is at `p`.
    @inline(__always)
    func isRight(_ p: JSONScanner.Bytes) -> Bool {
        let first = (JSONScanner.word(p) ^ words.0) & masks.0
        let second = (JSONScanner.word(p + 8) ^ words.1) & masks.1
        let third = (JSONScanner.word(p + 16) ^ words.2) & masks.2
        return (first | second | third) == 0 && length > 0
    }
}
