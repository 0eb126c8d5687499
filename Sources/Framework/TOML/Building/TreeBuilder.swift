/// Builds the flat tree: adds nodes, links them, and finds children by their keys.
///
/// The rules for adding to tables are in `TreeBuilder+Rules.swift`.
struct TreeBuilder {
    var nodes: [Node] = []
    private(set) var index = KeyIndex()

    /// Tables with more children are searched through the index, smaller ones child by child.
    private static let searchLimit = 8

    init(sizeInBytes: Int) {
        // Every value takes at least two bytes. A capacity of an eighth of the size covers the worst case after
        // doubling twice, and unused memory is never touched.
        nodes.reserveCapacity(sizeInBytes / 8 + 16)
        var root = Node(.table, at: 0..<0, parent: 0)
        root.origin = .header
        nodes.append(root)
    }

    /// The result of a search for a key: the child, or how to add one.
    struct Lookup {
        /// The child, if there is one.
        var node: Int?
        /// The number of children of the table, if it was searched child by child.
        var count = 0
        /// The hash of the key, if the table is indexed.
        var hash: UInt32 = 0
    }

    /// Looks for the child of a table under a key.
    func find(_ key: KeyToken, in table: Int, bytes: Span<UInt8>) -> Lookup {
        if nodes[table].flags.contains(.isIndexed) {
            let hash = index.hash(key, in: table, bytes: bytes)
            var slot = index.firstSlot(of: hash)
            while let candidate = index.candidate(hash, from: &slot) {
                if Int(nodes[candidate].parent) == table, let other = nodes[candidate].key,
                    key.matches(other, in: bytes)
                {
                    return Lookup(node: candidate, hash: hash)
                }
            }
            return Lookup(hash: hash)
        }
        var count = 0
        var child = nodes[table].firstChild
        while child != 0 {
            if let other = nodes[child].key, key.matches(other, in: bytes) { return Lookup(node: child) }
            count &+= 1
            child = Int(nodes[child].next)
        }
        return Lookup(count: count)
    }

    /// Adds a child under a key that `find` did not find, and returns it.
    mutating func add(_ node: Node, under key: KeyToken, lookup: Lookup, bytes: Span<UInt8>) -> Int {
        var node = node
        node.key = key
        let table = Int(node.parent)
        let added = append(node)
        if nodes[table].flags.contains(.isIndexed) {
            index.insert(added, under: lookup.hash)
        } else if lookup.count >= Self.searchLimit {
            nodes[table].flags.insert(.isIndexed)
            var child = nodes[table].firstChild
            while child != 0 {
                if let key = nodes[child].key { index.insert(child, under: index.hash(key, in: table, bytes: bytes)) }
                child = Int(nodes[child].next)
            }
        }
        return added
    }

    /// Adds a node as the last child of its parent and returns it.
    @inline(__always)
    mutating func append(_ node: Node) -> Int {
        let added = nodes.count
        let parent = Int(node.parent)
        nodes.append(node)
        let last = nodes[parent].lastChild
        if last == 0 {
            nodes[parent].low = UInt32(truncatingIfNeeded: added)
        } else {
            nodes[last].next = UInt32(truncatingIfNeeded: added)
        }
        nodes[parent].high = UInt32(truncatingIfNeeded: added)
        return added
    }

    /// A table that is not part of the tree, for the contents of refused headers and keys.
    mutating func addDetachedTable() -> Int {
        var table = Node(.table, at: 0..<0, parent: 0)
        table.origin = .header
        nodes.append(table)
        return nodes.count - 1
    }
}
