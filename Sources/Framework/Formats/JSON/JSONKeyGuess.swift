/// The key that stood at one place of an object last time, ready to be compared in three steps.
///
/// Objects of one kind have their keys in one order, so the key to come is known: `"watched_at":` is compared as three
/// words of eight bytes, and what to do with its value comes with it.
struct JSONKeyGuess: BitwiseCopyable {
    /// The bytes of the key with its quotes and the colon, zeros behind them.
    private var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    private var masks: (UInt64, UInt64, UInt64) = (0, 0, 0)
    /// How many bytes to go on if it is right; 0: there is no guess yet.
    private(set) var length = 0
    /// The node of the key, or `unwanted`.
    private(set) var node = JSONKeyGuess.unwanted

    static let unwanted = -1
    /// How many keys of an object are remembered.
    static let perNode = 24
    /// The longest key, with quotes and colon, that is remembered.
    static let longest = 24

    init() {}

    /// - Parameters:
    ///   - text: A key with its quotes and the colon, of at most `longest` bytes.
    ///   - node: What it leads to.
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

    /// Whether the key stands at `p`.
    @inline(__always)
    func isRight(_ p: JSONScanner.Bytes) -> Bool {
        let first = (JSONScanner.word(p) ^ words.0) & masks.0
        let second = (JSONScanner.word(p + 8) ^ words.1) & masks.1
        let third = (JSONScanner.word(p + 16) ^ words.2) & masks.2
        return (first | second | third) == 0 && length > 0
    }
}
