/// The tags and reviews of a row and of the rows joined to it.
struct DiaryText {
    private struct Piece {
        var order: RowOrder
        var tags: [UInt8]
        var review: [UInt8]
    }

    private var pieces: [Piece] = []
    private var size = 0

    var isEmpty: Bool { pieces.isEmpty }
    /// About how many bytes the text takes in a file.
    var byteCount: Int { size }

    mutating func removeAll() {
        pieces.removeAll(keepingCapacity: true)
        size = 0
    }

    mutating func add(_ tags: Span<UInt8>, review: Span<UInt8>, order: RowOrder) {
        pieces.append(Piece(order: order, tags: tags.copied, review: review.copied))
        size += tags.count + review.count + 4
    }

    /// All tags, oldest first.
    func appendTags(to list: inout TagList) {
        for piece in ordered { list.append(piece.tags.span) }
    }

    /// The reviews, oldest first, separated by an empty line, without duplicates.
    func appendReview(to bytes: inout [UInt8]) {
        var written: [[UInt8]] = []
        for piece in ordered where !piece.review.isEmpty && !written.contains(piece.review) {
            if !written.isEmpty { bytes.append(contentsOf: [10, 10]) }
            bytes.append(contentsOf: piece.review)
            written.append(piece.review)
        }
    }

    /// By time, and for equal times by their bytes, so that the order of the input does not matter.
    private var ordered: [Piece] {
        guard pieces.count > 1 else { return pieces }
        return pieces.sorted { left, right in
            if left.order != right.order { return left.order < right.order }
            if left.review != right.review { return left.review.lexicographicallyPrecedes(right.review) }
            return left.tags.lexicographicallyPrecedes(right.tags)
        }
    }
}

extension Span where Element == UInt8 {
    /// A copy of the bytes.
    var copied: [UInt8] { withUnsafeBufferPointer { Array($0) } }
}
