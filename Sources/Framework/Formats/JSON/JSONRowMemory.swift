/// What decoding needs besides the bytes: made once and used for every record.
struct JSONRowMemory: Sendable {
    private let trie: JSONTrie
    /// Text on its way into a batch.
    private var text: [UInt8] = []
    private var slots: [JSONSlot]
    private var guesses: [JSONKeyGuess]

    init(_ trie: JSONTrie) {
        self.trie = trie
        slots = Array(repeating: .null, count: trie.slots.count)
        guesses = Array(repeating: JSONKeyGuess(), count: trie.nodes.count * JSONKeyGuess.perNode)
    }

    /// Lends all of it to a decoder.
    ///
    /// - Parameters:
    ///   - scanner: The bytes to decode.
    ///   - room: How many bytes of text there must be room for.
    ///   - startOfText: Where the text will begin in the heap of a batch.
    ///   - body: Works with the decoder; its pointers do not outlive it.
    /// - Returns: What `body` returns.
    mutating func withDecoder<Answer>(
        of scanner: JSONScanner,
        room: Int,
        startOfText: Int,
        body: (inout JSONRowDecoder) -> Answer
    ) -> Answer {
        if text.count < room { text = Array(repeating: 0, count: room) }
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
                                    startOfText: startOfText
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
