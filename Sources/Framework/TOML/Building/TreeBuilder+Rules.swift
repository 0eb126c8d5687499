// The rules for adding to tables. There are five origins of a table (`Node.Origin`), which determine what may be added:
//
//     made                          its own header   a subtable by a header   a pair by a dotted key
//     on the way to another header  once             yes                      yes, and counts as dotted from then on
//     by its header, as an element  no               yes                      only in its own body
//     by a dotted key               no               yes                      in the same body
//     inline                        no               no                       no
//
// A dotted key can reach a table of another body only through tables made on the way, so "in the same body" needs no
// check of its own.
extension TreeBuilder {
    /// Where a value goes: under a key of a table, or at the end of an array.
    struct Slot {
        let parent: Int
        var key: KeyToken?
        var lookup = Lookup()
    }

    /// A definition that contradicts an earlier one.
    struct Conflict: Error {
        enum Kind {
            /// The key is already defined.
            case duplicate
            /// The table is defined, and dotted keys may add to it only in its own body.
            case definedTable
            /// The table is inline and complete.
            case inlineTable
            /// The array is complete.
            case inlineArray
            /// The value is an array of tables, not a table.
            case arrayOfTables
            /// The value is neither table nor array.
            case value
            /// The value is a table where an array of tables is needed.
            case tableForArray
        }

        let kind: Kind
        /// The part of the key that causes the conflict.
        let part: Int
        /// The earlier definition.
        let node: Int
    }

    /// Finds the place of a pair's value, `a.b.c = …`, from a table on, and makes the tables on the way.
    mutating func slot(of parts: [KeyToken], from table: Int, bytes: Span<UInt8>) throws(Conflict) -> Slot {
        var table = table
        let last = parts.count &- 1
        for index in 0..<last {
            let lookup = find(parts[index], in: table, bytes: bytes)
            guard let node = lookup.node else {
                var made = Node(.table, at: parts[index].offsets, parent: table)
                made.origin = .dotted
                table = add(made, under: parts[index], lookup: lookup, bytes: bytes)
                continue
            }
            guard nodes[node].kind == .table else {
                throw Conflict(kind: nodes[node].closedKind, part: index, node: node)
            }
            switch nodes[node].origin {
            case .dotted: break
            case .passed: nodes[node].origin = .dotted
            case .inline: throw Conflict(kind: .inlineTable, part: index, node: node)
            case .header, .tables: throw Conflict(kind: .definedTable, part: index, node: node)
            }
            table = node
        }
        let lookup = find(parts[last], in: table, bytes: bytes)
        if let node = lookup.node { throw Conflict(kind: .duplicate, part: last, node: node) }
        return Slot(parent: table, key: parts[last], lookup: lookup)
    }

    /// The table that `[a.b.c]` opens.
    mutating func openTable(
        _ parts: [KeyToken],
        at header: Range<Int>,
        bytes: Span<UInt8>
    ) throws(Conflict) -> Int {
        let parent = try pass(parts, at: header, bytes: bytes)
        let last = parts.count &- 1
        let lookup = find(parts[last], in: parent, bytes: bytes)
        guard let node = lookup.node else {
            var table = Node(.table, at: header, parent: parent)
            table.origin = .header
            return add(table, under: parts[last], lookup: lookup, bytes: bytes)
        }
        guard nodes[node].kind == .table else {
            throw Conflict(kind: nodes[node].closedKind, part: last, node: node)
        }
        switch nodes[node].origin {
        case .passed:
            nodes[node].origin = .header
            nodes[node].start = UInt32(truncatingIfNeeded: header.lowerBound)
            nodes[node].end = UInt32(truncatingIfNeeded: header.upperBound)
            nodes[node].key = parts[last]
            return node
        case .inline: throw Conflict(kind: .inlineTable, part: last, node: node)
        case .dotted, .header, .tables: throw Conflict(kind: .duplicate, part: last, node: node)
        }
    }

    /// The element that `[[a.b.c]]` opens.
    mutating func openElement(
        _ parts: [KeyToken],
        at header: Range<Int>,
        bytes: Span<UInt8>
    ) throws(Conflict) -> Int {
        let parent = try pass(parts, at: header, bytes: bytes)
        let last = parts.count &- 1
        let lookup = find(parts[last], in: parent, bytes: bytes)
        let array: Int
        if let node = lookup.node {
            guard nodes[node].kind == .array else {
                let isTable = nodes[node].kind == .table
                throw Conflict(kind: isTable ? .tableForArray : .value, part: last, node: node)
            }
            guard nodes[node].origin == .tables else { throw Conflict(kind: .inlineArray, part: last, node: node) }
            array = node
        } else {
            var made = Node(.array, at: header, parent: parent)
            made.origin = .tables
            array = add(made, under: parts[last], lookup: lookup, bytes: bytes)
        }
        var element = Node(.table, at: header, parent: array)
        element.origin = .header
        return append(element)
    }

    /// Follows all parts of a header but the last, creates missing tables, and returns the table at the end.
    private mutating func pass(
        _ parts: [KeyToken],
        at header: Range<Int>,
        bytes: Span<UInt8>
    ) throws(Conflict) -> Int {
        var table = 0
        for index in 0..<parts.count &- 1 {
            let lookup = find(parts[index], in: table, bytes: bytes)
            guard let node = lookup.node else {
                var made = Node(.table, at: header, parent: table)
                made.origin = .passed
                table = add(made, under: parts[index], lookup: lookup, bytes: bytes)
                continue
            }
            switch (nodes[node].kind, nodes[node].origin) {
            case (.table, .inline): throw Conflict(kind: .inlineTable, part: index, node: node)
            case (.table, _): table = node
            case (.array, .tables): table = nodes[node].lastChild
            default: throw Conflict(kind: nodes[node].closedKind, part: index, node: node)
            }
        }
        return table
    }
}

extension Node {
    /// Why a value other than a table takes no subtable.
    fileprivate var closedKind: TreeBuilder.Conflict.Kind {
        guard kind == .array else { return .value }
        return origin == .tables ? .arrayOfTables : .inlineArray
    }
}
