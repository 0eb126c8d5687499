/// What a walk along a stack needs to know about the program: which code keeps frame pointers, and which functions are
/// async, so that their callers are found in their contexts.
struct CodeMap {
    /// The pieces of memory that it was made from.
    let images: [ProcessImage]
    /// Code that keeps frame pointers, sorted.
    let framed: [Range<UInt64>]
    /// Functions with an async context, and parts of such, sorted.
    let suspendable: [Range<UInt64>]

    /// Reads the symbols of the program and of Swift's libraries.
    init(images: [ProcessImage]) {
        self.images = images
        let framed = images.filter(\.keepsFramePointer)
        self.framed = framed.map { $0.start..<$0.end }
        var tables: [String: SymbolTable] = [:]
        var ranges: [Range<UInt64>] = []
        for image in framed {
            guard let file = image.file else { continue }
            let table = tables[file] ?? SymbolTable(path: file)
            tables[file] = table
            guard let shift = table.shift(of: image) else { continue }
            for function in table.functions where table.isSuspendable(function) {
                let (start, end) = (function.start &+ shift, function.end &+ shift)
                if image.start <= start, start < end, end <= image.end { ranges.append(start..<end) }
            }
        }
        suspendable = Self.separate(ranges)
    }

    /// Sorts ranges; where one name stands for the same code as another, one is enough.
    private static func separate(_ ranges: [Range<UInt64>]) -> [Range<UInt64>] {
        var separate: [Range<UInt64>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            let end = separate.last?.upperBound ?? 0
            if range.upperBound > end { separate.append(max(range.lowerBound, end)..<range.upperBound) }
        }
        return separate
    }
}
