/// The memory for decoding, in addition to the input: allocated once and used for every record.
struct JSONRowMemory: Sendable {
    private let trie: JSONTrie
    /// Text that is copied into the batch later.
    private var text: [UInt8] = []
    private var slots: [JSONSlot]
    private var guesses: [JSONKeyGuess]

    init(_ trie: JSONTrie) {
        self.trie = trie
        slots = Array(repeating: .null, count: trie.slots.count)
        guesses = Array(repeating: JSONKeyGuess(), count: trie.nodes.count * JSONKeyGuess.perNode)
    }

    /// Lends the memory to a decoder.
    ///
    /// - Parameters:
    ///   - scanner: The bytes to decode.
    ///   - room: The required room for text in bytes.
    ///   - startOfText: The offset of the text in the heap of the batch.
    ///   - body: Works with the decoder; its pointers must not outlive it.
    /// - Returns: What `body` returns.
    mutating func withDecoder<Answer>(
        of scanner: JSONScanner,
        room: Int,
        startOfText: Int,
        body: (inout JSONRowDecoder) -> Answer
    ) -> Answer {
        // Rounded up, since the next piece may be a little larger.
        if text.count < room { text = Array(repeating: 0, count: room + room / 4) }
        return slots.withUnsafeMutableBufferPointer { slots in
            guesses.withUnsafeMutableBufferPointer { guesses in
                text.withUnsafeMutableBufferPointer { text in
                    trie.nodes.withUnsafeBufferPointer { nodes in
                        trie.edges.withUnsafeBufferPointer { edges in
                            trie.slots.withUnsafeBufferPointer { roles in
                                var decoder = JSONRowDecoder(
                                    scanner: scanner,
                                    nodes: nodes,
                                    edges: edges,
                                    roles: roles,
                                    slots: slots,
                                    guesses: guesses,
                                    text: text,
                                    startOfText: startOfText,
                                    texts: trie.texts
                                )
                                return body(&decoder)
                            }
                        }
                    }
                }
            }
        }
    }
}
