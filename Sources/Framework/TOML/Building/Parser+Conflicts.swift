extension Parser {
    /// The problem for a definition that contradicts an earlier one, reported at the later one.
    func problem(
        _ conflict: TreeBuilder.Conflict,
        in parts: [KeyToken],
        isHeader: Bool,
        isElement: Bool
    ) -> Problem {
        let part = parts[conflict.part]
        let earlier = builder.nodes[conflict.node]
        let name = Text.short(String(decoding: part.decoded(from: scanner.bytes), as: UTF8.self))
        let place = earlier.key?.offsets ?? earlier.offsets
        func make(_ code: Problem.Code, message: String, caption: String, hint: String? = nil) -> Problem {
            Problem(code, message: message, at: part.offsets, hint: hint, related: (place, caption))
        }
        switch conflict.kind {
        case .duplicate where isHeader:
            let isDotted = earlier.origin == .dotted
            return make(
                .duplicateTable,
                message: "the table '\(name)' is already defined" + (isDotted ? " by a dotted key" : ""),
                caption: "first here",
                hint: isDotted ? nil : "for a list of tables write [[…]] each time"
            )
        case .duplicate:
            return make(.duplicateKey, message: "the key '\(name)' is already defined", caption: "first here")
        case .definedTable:
            return make(
                .closedTable,
                message: "the table '\(name)' has a header of its own, and dotted keys elsewhere cannot add to it",
                caption: "its header is here",
                hint: "put the pair under that header"
            )
        case .inlineTable:
            return make(
                .closedTable,
                message: "the inline table '\(name)' is complete and takes no more keys",
                caption: "it is here"
            )
        case .inlineArray:
            return make(
                .closedArray,
                message: "the array '\(name)' is complete and takes no more elements",
                caption: "it is here",
                hint: isElement ? "write all its elements in brackets, or each under [[…]]" : nil
            )
        case .arrayOfTables where isHeader:
            return make(
                .duplicateTable,
                message: "'\(name)' is already defined as an array of tables",
                caption: "first here",
                hint: "for another element write [[…]]"
            )
        case .arrayOfTables:
            return make(
                .closedArray,
                message: "'\(name)' is an array of tables, and a dotted key cannot add to it",
                caption: "it is here"
            )
        case .value:
            return make(
                .notATable,
                message: "'\(name)' is already a value and cannot contain keys",
                caption: "it is here"
            )
        case .tableForArray:
            return make(
                .duplicateTable,
                message: "'\(name)' is already defined as a table, not an array of tables",
                caption: "first here"
            )
        }
    }
}
