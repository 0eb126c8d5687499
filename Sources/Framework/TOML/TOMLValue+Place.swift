public import Diagnostics

extension TOMLValue {
    /// The place of the value: for a table with a header the header, for a table made by a dotted key that part of the
    /// key, for a missing value the innermost existing container.
    public var range: SourceRange { tree.source[tree.nodes[node].offsets] }

    /// The place of the value's key, including quotes; nil for elements, the root and missing values.
    public var keyRange: SourceRange? {
        guard exists, let key = tree.nodes[node].key else { return nil }
        return tree.source[key.offsets]
    }

    /// The path from the root: `source[0].page_size`, `"two words".x`; empty for the root.
    public var path: String {
        var steps: [Step] = missing.reversed()
        var node = node
        while node != 0 {
            let parent = Int(tree.nodes[node].parent)
            if let key = tree.key(node) {
                steps.append(.key(key))
            } else {
                var index = 0
                var sibling = tree.nodes[parent].firstChild
                while sibling != 0, sibling != node {
                    index += 1
                    sibling = Int(tree.nodes[sibling].next)
                }
                steps.append(.index(index))
            }
            node = parent
        }
        var path = ""
        for step in steps.reversed() {
            switch step {
            case .key(let key): path += (path.isEmpty ? "" : ".") + KeyText.quotedIfNeeded(key)
            case .index(let index): path += "[\(index)]"
            }
        }
        return path
    }
}
