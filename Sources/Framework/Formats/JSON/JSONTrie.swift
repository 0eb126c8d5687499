internal import Records

/// The paths of some columns as a tree, laid out in arrays.
///
///     movie.title, movie.ids.tmdb, id          slots
///     root ─┬─ movie ─┬─ title                 0
///           │         └─ ids ── tmdb           1
///           └─ id                              2
///
/// A slot is a cell for the value of one path while a record is read. The slots of a node and of all nodes below it are
/// adjacent, so that they can be cleared together when a key occurs a second time.
struct JSONTrie: Sendable {
    struct Node {
        /// The range of its edges in `edges`.
        var edges: Range<Int> = 0..<0
        /// The slots that its own value fills.
        var own: Range<Int> = 0..<0
        /// The slots of it and of all below it.
        var all: Range<Int> = 0..<0
        /// What its value becomes, if it fills one slot and has no nodes below it.
        var sole: Slot.Role?
        /// Whether one of its slots holds the value as written.
        var holdsJSON = false
        /// Whether its keys are kept by a value as written, of it or of one around it.
        var isKept = false
        /// Whether one of its slots stores other text than the string.
        var addsToText = false
    }

    struct Edge {
        var key: [UInt8]
        var node: Int
    }

    struct Slot {
        enum Role: Sendable {
            case text, integer, real, boolean, instant, date, decimal, bytes, json, presence
            /// Strings, and numbers and booleans as text.
            case anyText
            /// What the reader of the slot makes of the text.
            case cell
        }

        var role: Role
        /// The reader of a slot with the role `cell`.
        var reader: CellReader?
    }

    /// A slot and the column that it fills, unless the slot is null; later moves overwrite earlier ones.
    struct Move {
        var slot: Int
        var column: Int
    }

    /// The root is the first.
    private(set) var nodes: [Node] = []
    private(set) var edges: [Edge] = []
    private(set) var slots: [Slot] = []
    private(set) var moves: [Move] = []
    /// The keys from the root to each node.
    private(set) var paths: [[String]] = []
    /// Columns that are false unless a value is present.
    private(set) var presences: [Int] = []
    /// One more than the last column filled.
    private(set) var leastWidth = 0
    /// The room that text may need, as a multiple of the input's size.
    ///
    /// All slots of a value share what is stored for it, so that is: one for strings, and numbers and booleans as text;
    /// four for the coefficients of decimal numbers, each of which takes 16 bytes and at least five in the input,
    /// `"":1,`, and four more if some are read with a decimal comma and some without; one for bytes; and one for each
    /// level of values stored as written within another one.
    private(set) var texts = 1

    init(_ columns: [JSONRows.Column]) {
        var slotOfColumn = [Int](repeating: 0, count: columns.count)
        nodes.append(Node())
        paths.append([])
        fill(0, depth: 0, with: Array(columns.indices), of: columns, slotOfColumn: &slotOfColumn)
        // The first path of a column that is not null wins, so it is moved last.
        moves = columns.indices.reversed().map { Move(slot: slotOfColumn[$0], column: columns[$0].field.index) }
        presences = Set(columns.filter { $0.purpose.isPresence }.map(\.field.index)).sorted()
        leastWidth = columns.map { $0.field.index + 1 }.max() ?? 0
        texts += depthOfJSON(0)
        if slots.contains(where: { $0.role == .decimal }) { texts += 4 }
        if slots.contains(where: { $0.role == .cell && $0.reader?.kind == .decimal }) { texts += 4 }
        if slots.contains(where: { $0.role == .bytes }) { texts += 1 }
    }

    /// The number of nested values stored as written, from a node on.
    private func depthOfJSON(_ node: Int) -> Int {
        let below = edges[nodes[node].edges].map { depthOfJSON($0.node) }.max() ?? 0
        return below + (nodes[node].holdsJSON ? 1 : 0)
    }

    private mutating func fill(
        _ node: Int,
        depth: Int,
        with columns: [Int],
        of all: [JSONRows.Column],
        slotOfColumn: inout [Int]
    ) {
        let firstSlot = slots.count
        for column in columns where all[column].path.count == depth {
            slotOfColumn[column] = slots.count
            let slot =
                switch all[column].purpose {
                case .presence: Slot(role: .presence)
                case .json: Slot(role: .json)
                case .value: Slot(role: Slot.Role(all[column].field.kind))
                case .declared(let reader): Slot(reader)
                }
            slots.append(slot)
            if slot.role == .json { nodes[node].holdsJSON = true }
            if slot.role == .decimal || slot.role == .bytes || slot.role == .cell { nodes[node].addsToText = true }
        }
        nodes[node].own = firstSlot..<slots.count
        if nodes[node].holdsJSON { nodes[node].isKept = true }

        var keys: [String] = []
        for column in columns where all[column].path.count > depth && !keys.contains(all[column].path[depth]) {
            keys.append(all[column].path[depth])
        }
        // The edges of one node are adjacent, so all children exist before the first is filled.
        let firstEdge = edges.count
        for key in keys {
            edges.append(Edge(key: Array(key.utf8), node: nodes.count))
            nodes.append(Node(isKept: nodes[node].isKept))
            paths.append(paths[node] + [key])
        }
        nodes[node].edges = firstEdge..<edges.count
        for (index, key) in keys.enumerated() {
            let below = columns.filter { all[$0].path.count > depth && all[$0].path[depth] == key }
            fill(edges[firstEdge + index].node, depth: depth + 1, with: below, of: all, slotOfColumn: &slotOfColumn)
        }
        nodes[node].all = firstSlot..<slots.count
        if keys.isEmpty, slots.count - firstSlot == 1 { nodes[node].sole = slots[firstSlot].role }
    }
}

extension JSONRows.Column.Purpose {
    fileprivate var isPresence: Bool {
        if case .presence = self { true } else { false }
    }
}

extension JSONTrie.Slot {
    /// A slot for declared values: the reader is needed only for other forms than those of JSON.
    fileprivate init(_ reader: CellReader) {
        switch reader.kind {
        case .text: self.init(role: .anyText)
        case .boolean: self.init(role: .cell, reader: reader)
        case let kind where reader.isPlain: self.init(role: Role(kind))
        default: self.init(role: .cell, reader: reader)
        }
    }
}

extension JSONTrie.Slot.Role {
    fileprivate init(_ kind: Schema.Kind) {
        switch kind {
        case .text: self = .text
        case .integer: self = .integer
        case .real: self = .real
        case .boolean: self = .boolean
        case .instant: self = .instant
        case .date: self = .date
        case .decimal: self = .decimal
        case .bytes: self = .bytes
        }
    }
}
